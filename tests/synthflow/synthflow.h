/* gst-stylegan: video with exact flow
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A photograph with two to four others, cut to smooth shapes, moving in front of
 * it. All motion is given by formulas, so where each pixel was in the frame before,
 * and whether it could be seen there, is known exactly: what Sintel and
 * FlyingChairs are used for, with any pictures, at any size and speed. */
#pragma once

#include "synthflow/picture.h"

G_BEGIN_DECLS

/* What moves, and what happens to the light. Speeds are those of the background
 * and of each shape (in directions of their own), in pixels per frame. */
typedef enum
{
  SYNTH_STATIC,                 /* nothing moves */
  SYNTH_SLOW,                   /* 0.5 */
  SYNTH_MEDIUM,                 /* 2 */
  SYNTH_FAST,                   /* 8 */
  SYNTH_VERY_FAST,              /* 24 */
  SYNTH_ZOOM,                   /* to and fro, at most 1.5 % per frame, with some
                                 * tilt (a homography) */
  SYNTH_ROTATION,               /* 1 degree per frame, shapes -1.5 */
  SYNTH_NON_RIGID,              /* waves of up to 6 px at 0.5 px per frame */
  SYNTH_NOISE_2,                /* nothing moves; sensor noise, sigma 2/255 */
  SYNTH_NOISE_4,                /* the same with 4/255 */
  SYNTH_EXPOSURE,               /* nothing moves; R'G'B' times a triangle wave of
                                 * period 48 frames: 1, 1.2, 1, 0.8, 1 */
  SYNTH_CUT,                    /* 2; another scene from the middle on */
  SYNTH_FADE,                   /* 0.5; another scene, mixed in over 8 frames */
  SYNTH_FLASH,                  /* 0.5; the middle frame is 60 % white */
  SYNTH_N_PRESETS
} SynthPreset;

/* "static", "very-fast", ... */
const gchar *synth_preset_get_name (SynthPreset preset);
gboolean synth_preset_from_name (const gchar * name, SynthPreset * preset);

typedef struct
{
  SynthPreset preset;
  gint width, height;           /* 16 .. 8192 */
  gint n_frames;                /* where the middle is; more can be rendered */
  guint64 seed;                 /* presets of one seed show the same scene */
  /* Any size, used in turn from a random one on; copied. NULL: textures. */
  const SynthPicture *const *photos;
  guint n_photos;
} SynthflowConfig;

/* One frame, all arrays planar. Where each pixel was in the frame before:
 * x + flow[0], y + flow[1], in pixels, exact to 1e-3. */
typedef struct
{
  gint width, height;
  gfloat *rgb;                  /* [3,H,W] R'G'B' in 0..1 */
  gfloat *clean;                /* the same without sensor noise */
  gfloat *flow;                 /* [2,H,W] dx, dy to the frame before */
  /* [H,W] 1: the point can be seen in the frame before: inside it, of the same
   * layer in all four pixels around it, with no border between layers within 2 px
   * now or 1 px then (there, pixels are mixtures). Else 0. */
  guint8 *valid;
  /* [H,W] 1: could not be seen in the frame before: behind another layer in all
   * four pixels, or outside the frame, or there is none (t = 0, cut). Else 0. */
  guint8 *disoccluded;
  /* Light and scene are those of the frame before, but for sensor noise and the
   * exposure preset's slow change: the two can be compared along the flow. FALSE at
   * t = 0, at the cut, in the fade, at the flash and after each; in the fade, flow
   * is the one of the scene that prevails. */
  gboolean comparable;
  gboolean cut;                 /* the first frame of another scene */
} SynthflowFrame;

void synthflow_frame_init (SynthflowFrame * frame, gint width, gint height);
void synthflow_frame_clear (SynthflowFrame * frame);
void synthflow_frame_copy (SynthflowFrame * to, const SynthflowFrame * from);

/* Method: colour of a pixel is the mean over 2x2 points of the topmost layer's
 * picture there (cubic). Layers map to the frame by zoom, rotation, translation and
 * tilt, non-rigid ones also by three sine waves of at least 120 px whose inverse is
 * found by fixed-point iteration. Shapes: ellipses, polygons, thresholded
 * low-pass noise; they turn back at the borders of the frame.
 * Sensor noise: white, independent for pixel, component and frame, added to R'G'B'
 * and clipped to 0..1; a sum of eight uniform numbers, normal to three sigma.
 *
 * Thread-safety: one thread at a time. */
typedef struct _Synthflow Synthflow;

Synthflow *synthflow_new (const SynthflowConfig * config);
void synthflow_free (Synthflow * synthflow);
/* Frame @t (0 or more) into @frame of the configured size. Any order; in order is
 * fastest. The same bits for the same configuration and @t. */
void synthflow_render (Synthflow * synthflow, gint t, SynthflowFrame * frame);
/* Layers at pixel centres: 0 the background, then shapes from the back. [H,W] */
void synthflow_get_layers (Synthflow * synthflow, gint t, guint8 * layers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Synthflow, synthflow_free)

G_END_DECLS
