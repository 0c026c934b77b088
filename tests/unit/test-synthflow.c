/* gst-stylegan: tests of video with exact flow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/synthflow.h>

#include <math.h>
#include <string.h>

#include <sg/measure.h>
#include "measure/scene.h"

#define WIDTH 160
#define HEIGHT 96
#define N_PIXELS (WIDTH * HEIGHT)
#define N_FRAMES 12
#define SEED 7

static SgSynthflow *
make (SgSynthPreset preset, guint64 seed)
{
  return sg_synthflow_new (&(SgSynthflowConfig) {
      preset, WIDTH, HEIGHT, N_FRAMES, seed, NULL, 0}
  );
}

static gboolean
same_frame (const SgSynthflowFrame * a, const SgSynthflowFrame * b)
{
  return memcmp (a->rgb, b->rgb, 3 * N_PIXELS * sizeof *a->rgb) == 0
      && memcmp (a->clean, b->clean, 3 * N_PIXELS * sizeof *a->clean) == 0
      && memcmp (a->flow, b->flow, 2 * N_PIXELS * sizeof *a->flow) == 0
      && memcmp (a->valid, b->valid, N_PIXELS) == 0
      && memcmp (a->disoccluded, b->disoccluded, N_PIXELS) == 0
      && a->comparable == b->comparable && a->cut == b->cut;
}

/* Two frames of one video, and the one before. */
typedef struct
{
  SgSynthflow *video;
  SgSynthflowFrame now, before;
} Pair;

static void
pair_init (Pair * pair, SgSynthPreset preset)
{
  pair->video = make (preset, SEED);
  sg_synthflow_frame_init (&pair->now, WIDTH, HEIGHT);
  sg_synthflow_frame_init (&pair->before, WIDTH, HEIGHT);
}

/* Frame @t and the one before it. */
static void
pair_render (Pair * pair, gint t)
{
  sg_synthflow_render (pair->video, t - 1, &pair->before);
  sg_synthflow_render (pair->video, t, &pair->now);
}

static void
pair_clear (Pair * pair)
{
  sg_synthflow_free (pair->video);
  sg_synthflow_frame_clear (&pair->now);
  sg_synthflow_frame_clear (&pair->before);
}

static guint
count (const guint8 * mask)
{
  guint n = 0;

  for (gint i = 0; i < N_PIXELS; i++)
    n += mask[i] != 0;
  return n;
}

/* Root mean square per component of what the flow of @pair, moved by @dx, leaves
 * unexplained where it is valid. */
static gdouble
residual (const Pair * pair, gfloat dx)
{
  g_autofree gfloat *flow = g_memdup2 (pair->now.flow,
      2 * N_PIXELS * sizeof (gfloat));
  SgStability s = { 0, };

  for (gint i = 0; i < N_PIXELS; i++)
    flow[i] += dx;
  sg_stability_add (&s, pair->before.clean, pair->now.clean, flow,
      pair->now.valid, WIDTH, HEIGHT);
  return sg_stability_root_e_warp (&s);
}

/* --- every preset ---------------------------------------------------------- */

static void
test_names (void)
{
  for (gint i = 0; i < SG_SYNTH_N_PRESETS; i++) {
    SgSynthPreset preset = SG_SYNTH_N_PRESETS;

    g_assert_true (sg_synth_preset_from_name (sg_synth_preset_get_name (i),
            &preset));
    g_assert_cmpint (preset, ==, i);
  }
  g_assert_false (sg_synth_preset_from_name ("no such thing", &(SgSynthPreset) {
          0}
      ));
}

/* The same bits from another object, in another order. */
static void
test_repeats (gconstpointer data)
{
  SgSynthPreset preset = GPOINTER_TO_INT (data);
  g_autoptr (SgSynthflow) a = make (preset, SEED), b = make (preset, SEED);
  g_autoptr (SgSynthflow) other = make (preset, SEED + 1);
  const gint order[4] = { 6, 1, 7, 0 };
  SgSynthflowFrame in_order[8], frame;

  sg_synthflow_frame_init (&frame, WIDTH, HEIGHT);
  for (gint t = 0; t < 8; t++) {
    sg_synthflow_frame_init (&in_order[t], WIDTH, HEIGHT);
    sg_synthflow_render (a, t, &in_order[t]);
  }
  for (gint i = 0; i < 4; i++) {
    sg_synthflow_render (b, order[i], &frame);
    g_assert_true (same_frame (&frame, &in_order[order[i]]));
    sg_synthflow_render (other, order[i], &frame);
    g_assert_false (same_frame (&frame, &in_order[order[i]]));
  }
  for (gint t = 0; t < 8; t++)
    sg_synthflow_frame_clear (&in_order[t]);
  sg_synthflow_frame_clear (&frame);
}

static void
test_range (gconstpointer data)
{
  g_autoptr (SgSynthflow) video = make (GPOINTER_TO_INT (data), SEED);
  SgSynthflowFrame frame;

  sg_synthflow_frame_init (&frame, WIDTH, HEIGHT);
  for (gint t = 0; t < N_FRAMES; t += 3) {
    sg_synthflow_render (video, t, &frame);
    for (gint i = 0; i < 3 * N_PIXELS; i++) {
      g_assert_cmpfloat (frame.rgb[i], >=, 0);
      g_assert_cmpfloat (frame.rgb[i], <=, 1);
    }
    for (gint i = 0; i < N_PIXELS; i++) {
      g_assert_true (isfinite (frame.flow[i])
          && isfinite (frame.flow[N_PIXELS + i]));
      g_assert_true (frame.valid[i] + frame.disoccluded[i] <= 1);
    }
  }
  sg_synthflow_frame_clear (&frame);
}

/* The frame before, warped with the flow, is the frame; with a flow that is wrong
 * by a pixel it is not. */
static void
test_flow (gconstpointer data)
{
  SgSynthPreset preset = GPOINTER_TO_INT (data);
  guint compared = 0;
  Pair pair;

  pair_init (&pair, preset);
  for (gint t = 1; t < N_FRAMES; t += 2) {
    gdouble right, wrong;

    pair_render (&pair, t);
    if (!pair.now.comparable)
      continue;
    compared++;
    g_assert_cmpuint (count (pair.now.valid), >, N_PIXELS / 3);
    right = residual (&pair, 0);
    wrong = MIN (residual (&pair, 1), residual (&pair, -1));
    g_test_message ("%s, frame %d: %.4f, a pixel off %.4f, %u valid, %u "
        "disoccluded", sg_synth_preset_get_name (preset), t, right, wrong,
        count (pair.now.valid), count (pair.now.disoccluded));
    g_assert_cmpfloat (right, <, 0.015);
    g_assert_cmpfloat (wrong, >, 2 * right);
    g_assert_cmpfloat (residual (&pair, 0.25f), >, right);
    g_assert_cmpfloat (residual (&pair, -0.25f), >, right);
  }
  g_assert_cmpuint (compared, >=, preset == SG_SYNTH_FADE ? 1 : 4);
  pair_clear (&pair);
}

/* --- motion ---------------------------------------------------------------- */

static void
test_speeds (void)
{
  static const struct
  {
    SgSynthPreset preset;
    gdouble speed;
  } rows[] = {
    {SG_SYNTH_STATIC, 0}, {SG_SYNTH_SLOW, 0.5}, {SG_SYNTH_MEDIUM, 2},
    {SG_SYNTH_FAST, 8},
    {SG_SYNTH_VERY_FAST, 24}, {SG_SYNTH_NOISE_4, 0}, {SG_SYNTH_EXPOSURE, 0},
  };
  g_autofree guint8 *layers = g_new (guint8, N_PIXELS);

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++) {
    Pair pair;

    pair_init (&pair, rows[r].preset);
    pair_render (&pair, 3);
    sg_synthflow_get_layers (pair.video, 3, layers);
    for (gint i = 0; i < N_PIXELS; i++)
      if (layers[i] == 0)
        g_assert_cmpfloat_with_epsilon (hypot (pair.now.flow[i],
                pair.now.flow[N_PIXELS + i]), rows[r].speed, 1e-3);
    pair_clear (&pair);
  }
}

static void
test_waves_invert (void)
{
  SgRng rng = scene_rng (SEED, "waves");
  SceneMotion motion = { .wave = 6, .zoom = 0.015, .turn = 1 };
  ScenePose poses[SCENE_MAX_LAYERS];
  gdouble largest = 0;
  Scene scene;

  scene_init (&scene, WIDTH, HEIGHT, &motion, NULL, 0, &rng);
  scene_pose (&scene, 9, poses);
  for (gint i = 0; i < 2000; i++) {
    gdouble x[2] = { sg_rng_range (&rng, -50, 700),
      sg_rng_range (&rng, -50, 400)
    };
    gdouble u[2], back[2], plain[2];
    gint k = i % scene.n_layers;

    scene_pose_invert (&poses[k], x, u);
    scene_pose_apply (&poses[k], u, back);
    g_assert_cmpfloat (hypot (back[0] - x[0], back[1] - x[1]), <, 1e-3);
    poses[k].layer = &(SceneLayer) {
    .waves = FALSE};
    scene_pose_apply (&poses[k], u, plain);
    poses[k].layer = &scene.layer[k];
    largest = MAX (largest, hypot (plain[0] - x[0], plain[1] - x[1]));
  }
  /* there are waves, and not larger ones than said */
  g_assert_cmpfloat (largest, >, 2);
  g_assert_cmpfloat (largest, <, 6 * 1.2);
  scene_clear (&scene);
}

/* --- masks ----------------------------------------------------------------- */

static void
test_masks_at_edges (gconstpointer data)
{
  g_autofree guint8 *now = g_new (guint8, N_PIXELS);
  g_autofree guint8 *before = g_new (guint8, N_PIXELS);
  guint near_edges = 0, hidden = 0;
  Pair pair;

  pair_init (&pair, GPOINTER_TO_INT (data));
  pair_render (&pair, 4);
  sg_synthflow_get_layers (pair.video, 4, now);
  sg_synthflow_get_layers (pair.video, 3, before);
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++) {
      gint i = y * WIDTH + x;
      gdouble tx = x + pair.now.flow[i], ty = y + pair.now.flow[N_PIXELS + i];
      gboolean in_frame = tx >= 0 && ty >= 0 && tx <= WIDTH - 1
          && ty <= HEIGHT - 1;

      for (gint k = 0; k < 25; k++) {
        gint xx = x + k % 5 - 2, yy = y + k / 5 - 2;

        if (xx >= 0 && yy >= 0 && xx < WIDTH && yy < HEIGHT
            && now[yy * WIDTH + xx] != now[i]) {
          g_assert_cmpint (pair.now.valid[i], ==, 0);
          near_edges++;
        }
      }
      if (!in_frame) {
        g_assert_cmpint (pair.now.disoccluded[i], ==, 1);
        continue;
      }
      for (gint k = 0; k < 4; k++) {
        gint near = MIN ((gint) ty + k / 2, HEIGHT - 1) * WIDTH
            + MIN ((gint) tx + k % 2, WIDTH - 1);

        g_assert_false (pair.now.valid[i] && before[near] != now[i]);
        g_assert_false (pair.now.disoccluded[i] && before[near] == now[i]);
      }
      hidden += pair.now.disoccluded[i];
    }
  g_assert_cmpuint (near_edges, >, 100);
  g_assert_cmpuint (hidden, >, 20);
  pair_clear (&pair);
}

static void
test_static_masks (void)
{
  Pair pair;

  pair_init (&pair, SG_SYNTH_STATIC);
  pair_render (&pair, 5);
  g_assert_cmpuint (count (pair.now.disoccluded), ==, 0);
  g_assert_cmpuint (count (pair.now.valid), >, N_PIXELS / 2);
  g_assert_cmpuint (count (pair.now.valid), <, N_PIXELS);
  /* border pixels are in the frame */
  g_assert_cmpint (pair.now.valid[0] + pair.now.valid[WIDTH - 1]
      + pair.now.valid[N_PIXELS - 1], >=, 1);
  g_assert_true (memcmp (pair.now.rgb, pair.before.rgb,
          3 * N_PIXELS * sizeof (gfloat)) == 0);
  pair_clear (&pair);
}

/* --- light ----------------------------------------------------------------- */

static void
test_events (void)
{
  static const struct
  {
    SgSynthPreset preset;
    const gchar *comparable;    /* per frame */
    gint cut;
  } rows[] = {
    {SG_SYNTH_STATIC, "011111111111", -1}, {SG_SYNTH_CUT, "011111011111", 6},
    {SG_SYNTH_FADE, "010000000001", -1}, {SG_SYNTH_FLASH, "011111001111", -1},
  };
  SgSynthflowFrame frame;

  sg_synthflow_frame_init (&frame, WIDTH, HEIGHT);
  for (guint r = 0; r < G_N_ELEMENTS (rows); r++) {
    g_autoptr (SgSynthflow) video = make (rows[r].preset, SEED);

    for (gint t = 0; t < N_FRAMES; t++) {
      gboolean first = t == 0 || t == rows[r].cut;

      sg_synthflow_render (video, t, &frame);
      g_assert_cmpint (frame.comparable, ==, rows[r].comparable[t] == '1');
      g_assert_cmpint (frame.cut, ==, t == rows[r].cut);
      g_assert_true (first == (count (frame.disoccluded) == N_PIXELS));
      g_assert_true (first == (count (frame.valid) == 0));
    }
  }
  sg_synthflow_frame_clear (&frame);
}

static gdouble
mean (const gfloat * v)
{
  gdouble sum = 0;

  for (gint i = 0; i < 3 * N_PIXELS; i++)
    sum += v[i];
  return sum / (3 * N_PIXELS);
}

static void
test_light (void)
{
  g_autoptr (SgSynthflow) flash = make (SG_SYNTH_FLASH, SEED);
  g_autoptr (SgSynthflow) exposure = make (SG_SYNTH_EXPOSURE, SEED);
  g_autoptr (SgSynthflow) fade = make (SG_SYNTH_FADE, SEED);
  SgSynthflowFrame frame;
  gdouble steady, start, end;

  sg_synthflow_frame_init (&frame, WIDTH, HEIGHT);
  sg_synthflow_render (flash, 5, &frame);
  steady = mean (frame.rgb);
  sg_synthflow_render (flash, 6, &frame);
  g_assert_cmpfloat_with_epsilon (mean (frame.rgb), 0.6 + 0.4 * steady, 0.01);
  sg_synthflow_render (exposure, 0, &frame);
  steady = mean (frame.rgb);
  sg_synthflow_render (exposure, 36, &frame);
  g_assert_cmpfloat_with_epsilon (mean (frame.rgb), 0.8 * steady, 1e-4);
  sg_synthflow_render (exposure, 12, &frame);
  g_assert_cmpfloat (mean (frame.rgb), >, 1.1 * steady);
  sg_synthflow_render (exposure, 48, &frame);
  g_assert_cmpfloat_with_epsilon (mean (frame.rgb), steady, 1e-6);

  sg_synthflow_render (fade, 1, &frame);
  start = mean (frame.rgb);
  sg_synthflow_render (fade, 10, &frame);
  end = mean (frame.rgb);
  sg_synthflow_render (fade, 5, &frame);
  g_assert_cmpfloat_with_epsilon (mean (frame.rgb),
      start + (end - start) * 4 / 9, 0.02);
  sg_synthflow_frame_clear (&frame);
}

/* Variance as said, nothing in common between frames. */
static void
test_noise (void)
{
  static const struct
  {
    SgSynthPreset preset;
    gdouble sigma;
  } rows[] = { {SG_SYNTH_NOISE_2, 2 / 255.0}, {SG_SYNTH_NOISE_4, 4 / 255.0} };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++) {
    gdouble square = 0, product = 0, sum = 0;
    guint n = 0;
    Pair pair;

    pair_init (&pair, rows[r].preset);
    pair_render (&pair, 5);
    for (gint i = 0; i < 3 * N_PIXELS; i++) {
      gdouble a = pair.now.rgb[i] - pair.now.clean[i];
      gdouble b = pair.before.rgb[i] - pair.before.clean[i];

      if (pair.now.clean[i] < 0.1 || pair.now.clean[i] > 0.9)
        continue;               /* clipped */
      n++;
      sum += a;
      square += a * a;
      product += a * b;
    }
    g_assert_cmpuint (n, >, N_PIXELS);
    g_assert_cmpfloat_with_epsilon (sqrt (square / n) / rows[r].sigma, 1, 0.03);
    g_assert_cmpfloat (fabs (sum / n), <, 0.05 * rows[r].sigma);
    g_assert_cmpfloat (fabs (product / square), <, 0.03);
    pair_clear (&pair);
  }
}

/* --- pictures -------------------------------------------------------------- */

static void
test_pictures (void)
{
  g_autofree guint8 *rgb = g_new (guint8, 3 * 30 * 20);
  g_autoptr (SgSynthPicture) picture = NULL;
  g_autoptr (SgSynthPicture) half = NULL;
  gfloat p[4], q[4];

  for (gint i = 0; i < 30 * 20; i++) {
    rgb[3 * i] = (guint8) (8 * (i % 30));
    rgb[3 * i + 1] = (guint8) (8 * (i / 30));
    rgb[3 * i + 2] = 100;
  }
  picture = sg_synth_picture_new_rgb8 (rgb, 30, 20);
  sg_synth_picture_sample (picture, 7, 11, p);
  g_assert_cmpfloat (p[0], ==, 56 / 255.0f);
  g_assert_cmpfloat (p[1], ==, 88 / 255.0f);
  /* a cubic that passes straight lines */
  sg_synth_picture_sample (picture, 7.3, 11.6, p);
  g_assert_cmpfloat_with_epsilon (p[0], 8 * 7.3 / 255, 1e-5);
  g_assert_cmpfloat_with_epsilon (p[1], 8 * 11.6 / 255, 1e-5);
  g_assert_cmpfloat_with_epsilon (p[2], 100 / 255.0, 1e-6);
  /* mirrored: -1 - x is x */
  sg_synth_picture_sample (picture, 3.25, 4, p);
  sg_synth_picture_sample (picture, -4.25 - 120, 4 + 80, q);
  for (gint c = 0; c < 3; c++)
    g_assert_cmpfloat_with_epsilon (p[c], q[c], 1e-5);
  half = sg_synth_picture_new_scaled (picture, 15, 10);
  g_assert_cmpint (half->width, ==, 15);
  sg_synth_picture_sample (half, 7, 5, p);
  sg_synth_picture_sample (picture, 14.5, 10.5, q);
  for (gint c = 0; c < 3; c++)
    g_assert_cmpfloat_with_epsilon (p[c], q[c], 1e-4);
}

/* Photographs of the caller are what is seen. */
static void
test_photos (void)
{
  guint8 gray[3] = { 51, 102, 204 };
  g_autoptr (SgSynthPicture) photo = sg_synth_picture_new_rgb8 (gray, 1, 1);
  const SgSynthPicture *photos[1] = { photo };
  g_autoptr (SgSynthflow) video = sg_synthflow_new (&(SgSynthflowConfig) {
      SG_SYNTH_ROTATION, WIDTH, HEIGHT, N_FRAMES, SEED, photos, 1});
  SgSynthflowFrame frame;

  sg_synthflow_frame_init (&frame, WIDTH, HEIGHT);
  sg_synthflow_render (video, 2, &frame);
  for (gint i = 0; i < N_PIXELS; i++)
    for (gint c = 0; c < 3; c++)
      g_assert_cmpfloat_with_epsilon (frame.rgb[c * N_PIXELS + i],
          gray[c] / 255.0, 1e-5);
  sg_synthflow_frame_clear (&frame);
}

static void
add_for_all (const gchar * what, GTestDataFunc test)
{
  for (gint i = 0; i < SG_SYNTH_N_PRESETS; i++) {
    g_autofree gchar *path = g_strdup_printf ("/synthflow/%s/%s", what,
        sg_synth_preset_get_name (i));

    g_test_add_data_func (path, GINT_TO_POINTER (i), test);
  }
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/synthflow/names", test_names);
  add_for_all ("repeats", test_repeats);
  add_for_all ("range", test_range);
  add_for_all ("flow", test_flow);
  g_test_add_func ("/synthflow/speeds", test_speeds);
  g_test_add_func ("/synthflow/waves-invert", test_waves_invert);
  g_test_add_data_func ("/synthflow/masks-at-edges/medium",
      GINT_TO_POINTER (SG_SYNTH_MEDIUM), test_masks_at_edges);
  g_test_add_data_func ("/synthflow/masks-at-edges/fast",
      GINT_TO_POINTER (SG_SYNTH_FAST), test_masks_at_edges);
  g_test_add_func ("/synthflow/static-masks", test_static_masks);
  g_test_add_func ("/synthflow/events", test_events);
  g_test_add_func ("/synthflow/light", test_light);
  g_test_add_func ("/synthflow/noise", test_noise);
  g_test_add_func ("/synthflow/pictures", test_pictures);
  g_test_add_func ("/synthflow/photos", test_photos);
  return g_test_run ();
}
