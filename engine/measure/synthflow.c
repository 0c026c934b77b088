/* gst-stylegan: video with exact flow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/synthflow.h>

#include <math.h>
#include <string.h>

#include "measure/scene.h"

#define EDGE_NOW 2              /* px around which layers must not change */
#define EDGE_BEFORE 1
#define FADE_FRAMES 8
#define FLASH 0.6               /* share of white */
#define EXPOSURE_PERIOD 48
#define EXPOSURE 0.2

typedef enum
{
  LIGHT_STEADY, LIGHT_EXPOSURE, LIGHT_CUT, LIGHT_FADE, LIGHT_FLASH
} Light;

static const struct
{
  const gchar *name;
  SceneMotion motion;
  gdouble noise;                /* sigma, of 255 */
  Light light;
} presets[SG_SYNTH_N_PRESETS] = {
  [SG_SYNTH_STATIC] = {"static",},
  [SG_SYNTH_SLOW] = {"slow", {0.5}},
  [SG_SYNTH_MEDIUM] = {"medium", {2}},
  [SG_SYNTH_FAST] = {"fast", {8}},
  [SG_SYNTH_VERY_FAST] = {"very-fast", {24}},
  [SG_SYNTH_ZOOM] = {"zoom", {0, .zoom = 0.015, .tilt = 0.08}},
  [SG_SYNTH_ROTATION] = {"rotation", {0, .turn = 1}},
  [SG_SYNTH_NON_RIGID] = {"non-rigid", {0.5, .wave = 6}},
  [SG_SYNTH_NOISE_2] = {"static-noise-2", {0}, 2},
  [SG_SYNTH_NOISE_4] = {"static-noise-4", {0}, 4},
  [SG_SYNTH_EXPOSURE] = {"exposure", {0}, 0, LIGHT_EXPOSURE},
  [SG_SYNTH_CUT] = {"cut", {2}, 0, LIGHT_CUT},
  [SG_SYNTH_FADE] = {"fade", {0.5}, 0, LIGHT_FADE},
  [SG_SYNTH_FLASH] = {"flash", {0.5}, 0, LIGHT_FLASH},
};

/* Layers at pixel centres of one frame, and where they change. */
typedef struct
{
  gint scene, t;                /* t < 0: none yet */
  guint8 *layers;
} LayerMap;

struct _SgSynthflow
{
  SgSynthflowConfig config;
  Scene scene[2];
  LayerMap map[2];              /* two frames, either order */
  gfloat *still;                /* the only frame of a scene without motion */
  gint still_scene;             /* -1: none yet */
  gfloat *other;                /* the second picture of a fade */
  guint8 *edge_now, *edge_before, *work;
};

const gchar *
sg_synth_preset_get_name (SgSynthPreset preset)
{
  return presets[preset].name;
}

gboolean
sg_synth_preset_from_name (const gchar * name, SgSynthPreset * preset)
{
  for (gint i = 0; i < SG_SYNTH_N_PRESETS; i++)
    if (g_str_equal (presets[i].name, name)) {
      *preset = (SgSynthPreset) i;
      return TRUE;
    }
  return FALSE;
}

/* --- frames ---------------------------------------------------------------- */

void
sg_synthflow_frame_init (SgSynthflowFrame * frame, gint width, gint height)
{
  gsize n = (gsize) width * height;

  memset (frame, 0, sizeof *frame);
  frame->width = width;
  frame->height = height;
  frame->rgb = g_new0 (gfloat, 3 * n);
  frame->clean = g_new0 (gfloat, 3 * n);
  frame->flow = g_new0 (gfloat, 2 * n);
  frame->valid = g_new0 (guint8, n);
  frame->disoccluded = g_new0 (guint8, n);
}

void
sg_synthflow_frame_clear (SgSynthflowFrame * frame)
{
  g_free (frame->rgb);
  g_free (frame->clean);
  g_free (frame->flow);
  g_free (frame->valid);
  g_free (frame->disoccluded);
  memset (frame, 0, sizeof *frame);
}

void
sg_synthflow_frame_copy (SgSynthflowFrame * to, const SgSynthflowFrame * from)
{
  gsize n = (gsize) from->width * from->height;

  memcpy (to->rgb, from->rgb, 3 * n * sizeof (gfloat));
  memcpy (to->clean, from->clean, 3 * n * sizeof (gfloat));
  memcpy (to->flow, from->flow, 2 * n * sizeof (gfloat));
  memcpy (to->valid, from->valid, n);
  memcpy (to->disoccluded, from->disoccluded, n);
  to->comparable = from->comparable;
  to->cut = from->cut;
}

SgSynthflow *
sg_synthflow_new (const SgSynthflowConfig * config)
{
  SgSynthflow *s = g_new0 (SgSynthflow, 1);
  const SceneMotion *motion = &presets[config->preset].motion;
  gsize n = (gsize) config->width * config->height;
  Light light = presets[config->preset].light;

  s->config = *config;
  s->config.photos = NULL;      /* used here only */
  s->still_scene = -1;
  for (gint i = 0; i < 2; i++) {
    SgRng rng = scene_rng (config->seed, i ? "second scene" : "first scene");

    if (i == 0 || light == LIGHT_CUT || light == LIGHT_FADE)
      scene_init (&s->scene[i], config->width, config->height, motion,
          config->photos, config->n_photos, &rng);
    s->map[i].t = -1;
    s->map[i].layers = g_new (guint8, n);
  }
  s->still = g_new (gfloat, 3 * n);
  s->other = g_new (gfloat, 3 * n);
  s->edge_now = g_new (guint8, n);
  s->edge_before = g_new (guint8, n);
  s->work = g_new (guint8, n);
  return s;
}

void
sg_synthflow_free (SgSynthflow * s)
{
  if (s == NULL)
    return;
  for (gint i = 0; i < 2; i++) {
    scene_clear (&s->scene[i]);
    g_free (s->map[i].layers);
  }
  g_free (s->still);
  g_free (s->other);
  g_free (s->edge_now);
  g_free (s->edge_before);
  g_free (s->work);
  g_free (s);
}

/* --- time ------------------------------------------------------------------ */

static gint
middle (const SgSynthflow * s)
{
  return s->config.n_frames / 2;
}

/* Share of the second scene in frame @t. */
static gdouble
share_of_second (const SgSynthflow * s, gint t)
{
  gint since = t - middle (s);

  switch (presets[s->config.preset].light) {
    case LIGHT_CUT:
      return since >= 0;
    case LIGHT_FADE:
      return CLAMP ((since + FADE_FRAMES / 2 + 1) / (FADE_FRAMES + 1.0), 0, 1);
    default:
      return 0;
  }
}

static gboolean
is_flash (const SgSynthflow * s, gint t)
{
  return presets[s->config.preset].light == LIGHT_FLASH && t == middle (s);
}

static gint
prevailing_scene (const SgSynthflow * s, gint t)
{
  return share_of_second (s, t) >= 0.5;
}

static gboolean
is_comparable (const SgSynthflow * s, gint t)
{
  gdouble now = share_of_second (s, t), before = share_of_second (s, t - 1);

  return t > 0 && now == before && (now == 0 || now == 1)
      && !is_flash (s, t) && !is_flash (s, t - 1);
}

/* --- pictures -------------------------------------------------------------- */

static void
render_scene (const Scene * scene, gint t, gfloat * rgb)
{
  gsize n = (gsize) scene->width * scene->height;
  ScenePose poses[SCENE_MAX_LAYERS];

  scene_pose (scene, t, poses);
  for (gint y = 0; y < scene->height; y++)
    for (gint x = 0; x < scene->width; x++) {
      gsize at = (gsize) y * scene->width + x;
      gfloat sum[4] = { 0, 0, 0, 0 };

      for (gint i = 0; i < 4; i++) {
        gdouble point[2] = { x + (i & 1 ? 0.25 : -0.25),
          y + (i & 2 ? 0.25 : -0.25)
        };
        gdouble u[2];
        gfloat rgbx[4];
        gint k = scene_find (scene, poses, point, u);

        scene_color (scene, k, u, rgbx);
        for (gint c = 0; c < 4; c++)
          sum[c] += rgbx[c];
      }
      for (gsize c = 0; c < 3; c++)
        rgb[c * n + at] = CLAMP (sum[c] * 0.25f, 0.0f, 1.0f);
    }
}

/* As render_scene (), once only where nothing moves. */
static void
render_layers (SgSynthflow * s, gint which, gint t, gfloat * rgb)
{
  gsize bytes = 3 * (gsize) s->config.width * s->config.height
      * sizeof (gfloat);

  if (s->scene[which].still && s->still_scene == which) {
    memcpy (rgb, s->still, bytes);
    return;
  }
  render_scene (&s->scene[which], t, rgb);
  if (s->scene[which].still) {
    memcpy (s->still, rgb, bytes);
    s->still_scene = which;
  }
}

static void
change_light (SgSynthflow * s, gint t, gfloat * rgb)
{
  gsize n = 3 * (gsize) s->config.width * s->config.height;
  gdouble gain = 1, offset = 0;

  if (presets[s->config.preset].light == LIGHT_EXPOSURE) {
    gdouble turns = (gdouble) (t % EXPOSURE_PERIOD) / EXPOSURE_PERIOD;

    gain = 1 + EXPOSURE * (turns < 0.25 ? 4 * turns
        : turns < 0.75 ? 2 - 4 * turns : 4 * turns - 4);
  } else if (is_flash (s, t)) {
    gain = 1 - FLASH;
    offset = FLASH;
  }
  if (gain == 1)
    return;
  for (gsize i = 0; i < n; i++)
    rgb[i] = (gfloat) MIN (rgb[i] * gain + offset, 1);
}

static void
add_noise (SgSynthflow * s, gint t, const gfloat * clean, gfloat * rgb)
{
  gsize n = 3 * (gsize) s->config.width * s->config.height;
  gdouble sigma = presets[s->config.preset].noise / 255;
  SgRng rng = scene_rng (s->config.seed + (guint64) t * 0x10001, "sensor");
  /* Eight numbers of 0..65535: variance 8 * (2^32 - 1) / 12. */
  gfloat scale = (gfloat) (sigma / sqrt (8 * 4294967295.0 / 12));

  if (sigma == 0) {
    memcpy (rgb, clean, n * sizeof *rgb);
    return;
  }
  for (gsize i = 0; i < n; i++) {
    guint64 a = sg_rng_next (&rng), b = sg_rng_next (&rng);
    gint sum = -262140;         /* 8 * 65535 / 2 */

    for (gint k = 0; k < 64; k += 16)
      sum += (gint) (a >> k & 0xffff) + (gint) (b >> k & 0xffff);
    rgb[i] = CLAMP (clean[i] + scale * sum, 0.0f, 1.0f);
  }
}

/* --- flow and masks -------------------------------------------------------- */

/* @keep: a map not to be overwritten, or NULL. */
static LayerMap *
get_map (SgSynthflow * s, gint which, gint t, const LayerMap * keep)
{
  const Scene *scene = &s->scene[which];
  LayerMap *map = keep == &s->map[0] ? &s->map[1] : &s->map[0];
  ScenePose poses[SCENE_MAX_LAYERS];

  for (gint i = 0; i < 2; i++)
    if (s->map[i].t == t && s->map[i].scene == which)
      return &s->map[i];
  /* The older one goes. */
  if (keep == NULL && s->map[1].t < s->map[0].t)
    map = &s->map[1];
  map->scene = which;
  map->t = t;
  scene_pose (scene, t, poses);
  for (gint y = 0; y < scene->height; y++)
    for (gint x = 0; x < scene->width; x++) {
      gdouble point[2] = { x, y }, u[2];

      map->layers[(gsize) y * scene->width + x] =
          (guint8) scene_find (scene, poses, point, u);
    }
  return map;
}

void
sg_synthflow_get_layers (SgSynthflow * s, gint t, guint8 * layers)
{
  memcpy (layers, get_map (s, prevailing_scene (s, t), t, NULL)->layers,
      (gsize) s->config.width * s->config.height);
}

/* 1 where layers differ within @radius pixels in x and y. */
static void
find_edges (SgSynthflow * s, const guint8 * layers, gint radius, guint8 * edges)
{
  gint w = s->config.width, h = s->config.height;

  for (gint y = 0; y < h; y++)
    for (gint x = 0; x < w; x++) {
      gsize at = (gsize) y * w + x;
      guint8 differs = 0;

      for (gint i = MAX (x - radius, 0); i <= MIN (x + radius, w - 1); i++)
        differs |= layers[(gsize) y * w + i] ^ layers[at];
      s->work[at] = differs != 0;
    }
  for (gint y = 0; y < h; y++)
    for (gint x = 0; x < w; x++) {
      gsize at = (gsize) y * w + x;
      guint8 differs = 0;

      for (gint j = MAX (y - radius, 0); j <= MIN (y + radius, h - 1); j++) {
        gsize other = (gsize) j * w + x;

        differs |= s->work[other] | (layers[other] ^ layers[at]);
      }
      edges[at] = differs != 0;
    }
}

/* What became of the pixel @at of @layer that was at @x, @y. */
static void
judge (SgSynthflow * s, const LayerMap * before, guint8 layer, gsize at,
    const gdouble target[2], SgSynthflowFrame * frame)
{
  gint w = s->config.width, h = s->config.height, same = 0, edges = 0;
  gint x = (gint) floor (target[0]), y = (gint) floor (target[1]);

  frame->valid[at] = frame->disoccluded[at] = 0;
  if (!(target[0] >= 0 && target[0] <= w - 1 && target[1] >= 0
          && target[1] <= h - 1)) {
    frame->disoccluded[at] = 1;
    return;
  }
  for (gint i = 0; i < 4; i++) {
    gsize near = (gsize) MIN (y + (i >> 1), h - 1) * w
        + MIN (x + (i & 1), w - 1);

    same += before->layers[near] == layer;
    edges += s->edge_before[near];
  }
  frame->disoccluded[at] = same == 0;
  frame->valid[at] = same == 4 && edges == 0 && !s->edge_now[at];
}

static void
render_flow (SgSynthflow * s, gint which, gint t, SgSynthflowFrame * frame)
{
  gint w = s->config.width, h = s->config.height;
  gsize n = (gsize) w * h;
  LayerMap *before = get_map (s, which, t - 1, NULL);
  LayerMap *now = get_map (s, which, t, before);
  ScenePose pose_now[SCENE_MAX_LAYERS], pose_before[SCENE_MAX_LAYERS];

  scene_pose (&s->scene[which], t, pose_now);
  scene_pose (&s->scene[which], t - 1, pose_before);
  find_edges (s, now->layers, EDGE_NOW, s->edge_now);
  find_edges (s, before->layers, EDGE_BEFORE, s->edge_before);
  for (gint y = 0; y < h; y++)
    for (gint x = 0; x < w; x++) {
      gsize at = (gsize) y * w + x;
      guint8 layer = now->layers[at];
      gdouble point[2] = { x, y }, u[2], target[2];

      if (s->scene[which].still) {
        target[0] = x;
        target[1] = y;
      } else {
        scene_pose_invert (&pose_now[layer], point, u);
        scene_pose_apply (&pose_before[layer], u, target);
      }
      /* Rounding must not push a resting border pixel out of the frame. */
      for (gint c = 0; c < 2; c++)
        if (fabs (target[c] - point[c]) < 1e-6)
          target[c] = point[c];
      frame->flow[at] = (gfloat) (target[0] - x);
      frame->flow[n + at] = (gfloat) (target[1] - y);
      judge (s, before, layer, at, target, frame);
    }
}

void
sg_synthflow_render (SgSynthflow * s, gint t, SgSynthflowFrame * frame)
{
  gsize n = (gsize) s->config.width * s->config.height;
  gdouble share = share_of_second (s, t);
  gint which = prevailing_scene (s, t);

  g_return_if_fail (t >= 0 && frame->width == s->config.width
      && frame->height == s->config.height);
  render_layers (s, which, t, frame->clean);
  if (share > 0 && share < 1) {
    gfloat other = (gfloat) (which ? 1 - share : share);

    render_layers (s, !which, t, s->other);
    for (gsize i = 0; i < 3 * n; i++)
      frame->clean[i] += other * (s->other[i] - frame->clean[i]);
  }
  change_light (s, t, frame->clean);
  add_noise (s, t, frame->clean, frame->rgb);
  frame->comparable = is_comparable (s, t);
  frame->cut = t > 0 && share == 1 && share_of_second (s, t - 1) == 0;
  if (t == 0 || frame->cut) {
    memset (frame->flow, 0, 2 * n * sizeof *frame->flow);
    memset (frame->valid, 0, n);
    memset (frame->disoccluded, 1, n);
  } else {
    render_flow (s, which, t, frame);
  }
}
