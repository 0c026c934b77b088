/* gst-stylegan: layers that move by formulas
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure/scene.h"

#include <math.h>
#include <string.h>

#define ZOOM_PERIOD 60.0        /* frames */
#define TILT_PERIOD 40.0
#define WAVE_PERIOD 20.0
#define MIN_WAVELENGTH 120.0    /* px */

SgRng
scene_rng (guint64 seed, const gchar * name)
{
  SgRng rng = { seed, 0 };

  for (; *name; name++)
    rng = (SgRng) {
    sg_rng_next (&rng) ^ (guchar) * name, 0};
  return rng;
}

/* --- making ---------------------------------------------------------------- */

/* A copy of @photo, or a texture where that is NULL, that covers @width x
 * @height. */
static SgSynthPicture *
cover (const SgSynthPicture * photo, gdouble width, gdouble height,
    guint64 seed)
{
  gdouble scale;

  if (photo == NULL)
    return sg_synth_picture_new_texture ((gint) ceil (width),
        (gint) ceil (height), seed);
  scale = MAX (width / photo->width, height / photo->height);
  return sg_synth_picture_new_scaled (photo,
      MAX (1, (gint) ceil (photo->width * scale - 1e-9)),
      MAX (1, (gint) ceil (photo->height * scale - 1e-9)));
}

static void
make_shape (SceneLayer * layer, SgRng * rng)
{
  layer->aspect = sg_rng_range (rng, 0.6, 1);
  layer->n_corners = 5 + (gint) sg_rng_below (rng, SCENE_MAX_CORNERS - 4);
  for (gint i = 0; i < layer->n_corners; i++) {
    gdouble angle = 2 * G_PI * (i + sg_rng_range (rng, -0.3, 0.3))
        / layer->n_corners;
    gdouble r = layer->radius * sg_rng_range (rng, 0.6, 1);

    layer->corner[i][0] = r * cos (angle);
    layer->corner[i][1] = r * sin (angle);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (layer->blob); i++)
    layer->blob[i] = (gfloat) sg_rng_range (rng, -1, 1);
}

static void
make_waves (SceneLayer * layer, gdouble amplitude, SgRng * rng)
{
  layer->waves = amplitude > 0;
  for (gint i = 0; i < SCENE_WAVES; i++) {
    gdouble along = sg_rng_range (rng, 0, 2 * G_PI);
    gdouble across = sg_rng_range (rng, 0, 2 * G_PI);
    gdouble k = 2 * G_PI / (MIN_WAVELENGTH * sg_rng_range (rng, 1, 2));

    layer->wave[i][0] = k * cos (along);
    layer->wave[i][1] = k * sin (along);
    layer->amplitude[i][0] = amplitude / SCENE_WAVES * cos (across);
    layer->amplitude[i][1] = amplitude / SCENE_WAVES * sin (across);
    layer->phase[i] = sg_rng_range (rng, 0, 2 * G_PI);
  }
}

/* The numbers drawn do not depend on @motion: presets show the same scene. */
static void
make_layer (Scene * scene, gint k, const SceneMotion * motion,
    const SgSynthPicture * photo, SgRng * rng)
{
  SceneLayer *layer = &scene->layer[k];
  gdouble direction = sg_rng_range (rng, 0, 2 * G_PI);
  gdouble side = 2 * (layer->radius = scene->height
      * sg_rng_range (rng, 0.18, 0.3));

  layer->shape = k == 0 ? SCENE_EVERYWHERE
      : SCENE_ELLIPSE + (k - 1) % (SCENE_N_SHAPES - 1);
  layer->picture = cover (photo, k ? side : scene->width,
      k ? side : scene->height, sg_rng_next (rng));
  layer->anchor[0] = (layer->picture->width - 1) / 2.0;
  layer->anchor[1] = (layer->picture->height - 1) / 2.0;
  layer->centre[0] = scene->width * sg_rng_range (rng, 0.15, 0.85);
  layer->centre[1] = scene->height * sg_rng_range (rng, 0.2, 0.8);
  layer->angle = sg_rng_range (rng, -0.3, 0.3);
  if (k == 0) {
    layer->centre[0] = (scene->width - 1) / 2.0;
    layer->centre[1] = (scene->height - 1) / 2.0;
    layer->angle = 0;
  }
  make_shape (layer, rng);
  make_waves (layer, motion->wave, rng);
  layer->velocity[0] = motion->speed * cos (direction);
  layer->velocity[1] = motion->speed * sin (direction);
  layer->spin = motion->turn * G_PI / 180 * (k ? -1.5 : 1);
  if (k && motion->speed > 0)
    layer->spin += (k % 2 ? 0.2 : -0.2) * G_PI / 180;
  layer->zoom = motion->zoom * ZOOM_PERIOD / (2 * G_PI);
  layer->zoom_phase = k;
  layer->tilt = k ? 0 : motion->tilt;
}

void
scene_init (Scene * scene, gint width, gint height,
    const SceneMotion * motion, const SgSynthPicture * const *photos,
    guint n_photos, SgRng * rng)
{
  guint first = n_photos ? sg_rng_below (rng, n_photos) : 0;

  memset (scene, 0, sizeof *scene);
  scene->width = width;
  scene->height = height;
  scene->still = motion->speed == 0 && motion->zoom == 0 && motion->turn == 0
      && motion->wave == 0 && motion->tilt == 0;
  scene->n_layers = 3 + (gint) sg_rng_below (rng, SCENE_MAX_LAYERS - 2);
  for (gint k = 0; k < scene->n_layers; k++)
    make_layer (scene, k, motion, n_photos ? photos[(first + k) % n_photos]
        : NULL, rng);
}

void
scene_clear (Scene * scene)
{
  for (gint k = 0; k < scene->n_layers; k++)
    sg_synth_picture_free (scene->layer[k].picture);
  memset (scene, 0, sizeof *scene);
}

/* --- maps ------------------------------------------------------------------ */

static void
multiply (const gdouble a[9], const gdouble b[9], gdouble out[9])
{
  for (gint i = 0; i < 3; i++)
    for (gint j = 0; j < 3; j++)
      out[i * 3 + j] = a[i * 3] * b[j] + a[i * 3 + 1] * b[3 + j]
          + a[i * 3 + 2] * b[6 + j];
}

/* Up to a factor, which a projective map does not see. */
static void
invert (const gdouble m[9], gdouble out[9])
{
  for (gint i = 0; i < 3; i++)
    for (gint j = 0; j < 3; j++) {
      gint a = (j + 1) % 3, b = (j + 2) % 3, c = (i + 1) % 3, d = (i + 2) % 3;

      out[i * 3 + j] = m[a * 3 + c] * m[b * 3 + d] - m[a * 3 + d]
          * m[b * 3 + c];
    }
}

static inline void
project (const gdouble m[9], const gdouble from[2], gdouble to[2])
{
  gdouble w = m[6] * from[0] + m[7] * from[1] + m[8];
  gdouble x = (m[0] * from[0] + m[1] * from[1] + m[2]) / w;

  to[1] = (m[3] * from[0] + m[4] * from[1] + m[5]) / w;
  to[0] = x;
}

/* To and fro between 0 and @length. */
static gdouble
bounce (gdouble x, gdouble length)
{
  x = fmod (x, 2 * length);
  if (x < 0)
    x += 2 * length;
  return x < length ? x : 2 * length - x;
}

static void
pose_layer (const Scene * scene, const SceneLayer * layer, gint t,
    ScenePose * pose)
{
  gdouble angle = layer->angle + layer->spin * t;
  gdouble zoom = exp (layer->zoom * sin (2 * G_PI * t / ZOOM_PERIOD
          + layer->zoom_phase));
  gdouble tilt = layer->tilt * sin (2 * G_PI * t / TILT_PERIOD);
  gdouble x = layer->centre[0] + layer->velocity[0] * t;
  gdouble y = layer->centre[1] + layer->velocity[1] * t;
  gdouble c = zoom * cos (angle), s = zoom * sin (angle);
  const gdouble affine[9] = { c, -s, 0, s, c, 0, 0, 0, 1 };
  gdouble rest[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };

  if (layer->shape != SCENE_EVERYWHERE) {
    x = bounce (x, scene->width);
    y = bounce (y, scene->height);
  }
  /* Tilt about the layer's origin, then translation. Its horizon moves along, so
   * only layers that stay in place may be tilted. */
  rest[6] = tilt / scene->width;
  rest[7] = -0.5 * tilt / scene->width;
  rest[0] += x * rest[6];
  rest[1] += x * rest[7];
  rest[3] += y * rest[6];
  rest[4] += y * rest[7];
  rest[2] = x;
  rest[5] = y;
  pose->layer = layer;
  multiply (rest, affine, pose->to_frame);
  invert (pose->to_frame, pose->to_layer);
  for (gint i = 0; i < SCENE_WAVES; i++)
    pose->phase[i] = layer->phase[i] + 2 * G_PI * t / WAVE_PERIOD;
}

void
scene_pose (const Scene * scene, gint t, ScenePose * poses)
{
  for (gint k = 0; k < scene->n_layers; k++)
    pose_layer (scene, &scene->layer[k], t, &poses[k]);
}

static void
add_waves (const ScenePose * pose, const gdouble base[2], const gdouble u[2],
    gdouble sign, gdouble out[2])
{
  const SceneLayer *layer = pose->layer;
  gdouble dx = 0, dy = 0;

  for (gint i = 0; i < SCENE_WAVES; i++) {
    gdouble s = sin (layer->wave[i][0] * u[0] + layer->wave[i][1] * u[1]
        + pose->phase[i]);

    dx += layer->amplitude[i][0] * s;
    dy += layer->amplitude[i][1] * s;
  }
  out[0] = base[0] + sign * dx;
  out[1] = base[1] + sign * dy;
}

void
scene_pose_apply (const ScenePose * pose, const gdouble u[2], gdouble x[2])
{
  gdouble w[2] = { u[0], u[1] };

  if (pose->layer->waves)
    add_waves (pose, u, u, 1, w);
  project (pose->to_frame, w, x);
}

void
scene_pose_invert (const ScenePose * pose, const gdouble x[2], gdouble u[2])
{
  gdouble w[2], next[2];

  project (pose->to_layer, x, w);
  u[0] = w[0];
  u[1] = w[1];
  /* Waves of 6 px and 120 px or longer: each step shrinks the error to less than a
   * third. */
  for (gint i = 0; pose->layer->waves && i < 12; i++) {
    gdouble moved;

    add_waves (pose, w, u, -1, next);
    moved = fabs (next[0] - u[0]) + fabs (next[1] - u[1]);
    u[0] = next[0];
    u[1] = next[1];
    if (moved < 1e-4)
      break;
  }
}

/* --- shapes ---------------------------------------------------------------- */

static gboolean
inside_polygon (const SceneLayer * layer, const gdouble u[2])
{
  gboolean inside = FALSE;

  for (gint i = 0, j = layer->n_corners - 1; i < layer->n_corners; j = i++) {
    const gdouble *a = layer->corner[i], *b = layer->corner[j];

    if ((a[1] > u[1]) != (b[1] > u[1])
        && u[0] < (b[0] - a[0]) * (u[1] - a[1]) / (b[1] - a[1]) + a[0])
      inside = !inside;
  }
  return inside;
}

static gboolean
inside (const SceneLayer * layer, const gdouble u[2])
{
  gdouble r = layer->radius, r2 = (u[0] * u[0] + u[1] * u[1]) / (r * r);

  if (layer->shape == SCENE_EVERYWHERE)
    return TRUE;
  if (r2 > 1)
    return FALSE;
  switch (layer->shape) {
    case SCENE_ELLIPSE:
      return u[0] * u[0] + u[1] * u[1] / (layer->aspect * layer->aspect)
          < r * r;
    case SCENE_POLYGON:
      return inside_polygon (layer, u);
    default:
      return 0.55 * scene_noise_at (layer->blob, SCENE_BLOB_SIZE,
          3 * u[0] / r, 3 * u[1] / r) + 0.45 > r2;
  }
}

gint
scene_find (const Scene * scene, const ScenePose * poses, const gdouble x[2],
    gdouble u[2])
{
  for (gint k = scene->n_layers - 1; k > 0; k--) {
    scene_pose_invert (&poses[k], x, u);
    if (inside (&scene->layer[k], u))
      return k;
  }
  scene_pose_invert (&poses[0], x, u);
  return 0;
}

void
scene_color (const Scene * scene, gint k, const gdouble u[2], gfloat rgbx[4])
{
  const SceneLayer *layer = &scene->layer[k];

  sg_synth_picture_sample (layer->picture, u[0] + layer->anchor[0],
      u[1] + layer->anchor[1], rgbx);
}
