/* gst-stylegan: layers that move by formulas
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/rng.h>
#include <sg/synthflow.h>

G_BEGIN_DECLS

#define SCENE_MAX_LAYERS 5      /* the background and four shapes */
#define SCENE_WAVES 3

/* How fast things move in a scene; per frame. */
typedef struct
{
  gdouble speed;                /* px */
  gdouble zoom;                 /* largest relative change */
  gdouble tilt;                 /* largest change of scale from one side of the
                                 * frame to the other, background only */
  gdouble turn;                 /* degrees, background; shapes times -1.5 */
  gdouble wave;                 /* px, sum of the amplitudes (not per frame) */
} SceneMotion;

typedef enum
{
  SCENE_EVERYWHERE,
  SCENE_ELLIPSE,
  SCENE_POLYGON,
  SCENE_BLOB,                   /* thresholded low-pass noise */
  SCENE_N_SHAPES
} SceneShape;

#define SCENE_MAX_CORNERS 8
#define SCENE_BLOB_SIZE 8

typedef struct
{
  SgSynthPicture *picture;
  SceneShape shape;
  gdouble radius;               /* px; the shape lies inside */
  gdouble aspect;               /* ellipse: height by width */
  gdouble corner[SCENE_MAX_CORNERS][2];
  gint n_corners;
  gfloat blob[SCENE_BLOB_SIZE * SCENE_BLOB_SIZE];
  gdouble anchor[2];            /* of the picture, at the layer's origin */
  /* at t = 0, and per frame */
  gdouble centre[2], velocity[2], angle, spin;
  gdouble zoom, zoom_phase, tilt;
  gdouble amplitude[SCENE_WAVES][2], wave[SCENE_WAVES][2], phase[SCENE_WAVES];
  gboolean waves;
} SceneLayer;

typedef struct
{
  gint width, height;
  SceneLayer layer[SCENE_MAX_LAYERS];   /* from the back */
  gint n_layers;
  gboolean still;
} Scene;

/* A layer at one moment: layer coordinates u (px, origin at its middle) to frame
 * coordinates x = to_frame (u + waves (u)), projective. */
typedef struct
{
  const SceneLayer *layer;
  gdouble to_frame[9], to_layer[9];
  gdouble phase[SCENE_WAVES];
} ScenePose;

void scene_init (Scene * scene, gint width, gint height,
    const SceneMotion * motion, const SgSynthPicture * const *photos,
    guint n_photos, SgRng * rng);
void scene_clear (Scene * scene);

void scene_pose (const Scene * scene, gint t, ScenePose * poses);
/* Layer coordinates to frame coordinates. */
void scene_pose_apply (const ScenePose * pose, const gdouble u[2],
    gdouble x[2]);
/* And back; off by less than 1e-4 px. */
void scene_pose_invert (const ScenePose * pose, const gdouble x[2],
    gdouble u[2]);
/* The topmost layer at @x, and where that is in the layer. */
gint scene_find (const Scene * scene, const ScenePose * poses,
    const gdouble x[2], gdouble u[2]);
/* R'G'B' of layer @k at @u. */
void scene_color (const Scene * scene, gint k, const gdouble u[2],
    gfloat rgbx[4]);

/* A generator for @seed and a name: what is drawn under one leaves that of the others
 * alone. */
SgRng scene_rng (guint64 seed, const gchar * name);
/* A smooth function of x and y in about -1..1, of period @n in both, from @n x @n
 * numbers at integers. */
gdouble scene_noise_at (const gfloat * numbers, gint n, gdouble x, gdouble y);

G_END_DECLS
