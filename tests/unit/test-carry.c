/* gst-stylegan: tests of frames that are carried: the network left out
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   test-carry [--vulkan]     on the processor, or on a GPU */
#include <sg/stylizer.h>

#include <string.h>

#include "util/onnx-writer.h"
#include "util/rng.h"
#include "util/vulkan.h"

#define WIDTH 96
#define HEIGHT 64
#define N (3 * WIDTH * HEIGHT)
#define SPEED 3                 /* px per frame, to the left */
#define SCENE_WIDTH (WIDTH + 64)

/* Soft noise, wider than a frame; the hue goes with the luma. */
typedef struct
{
  guint8 rgb[HEIGHT][SCENE_WIDTH][3];
} Scene;

typedef struct
{
  guint8 bytes[N];
} Picture;

static void
scene_init (Scene * scene, guint64 seed)
{
  TestRng rng = test_rng (seed, "carry");
  gfloat coarse[HEIGHT / 8 + 2][SCENE_WIDTH / 8 + 2][3];

  /* motion is looked for in luma */
  for (guint i = 0; i < sizeof coarse / sizeof coarse[0][0]; i++) {
    gfloat *rgb = coarse[0][0] + 3 * i;

    rgb[0] = (gfloat) test_rng_uniform (&rng, 20, 200);
    rgb[1] = rgb[2] = rgb[0] / 2 + 90;
  }
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < SCENE_WIDTH; x++)
      for (gint c = 0; c < 3; c++) {
        gfloat u = x % 8 / 8.0f, v = y % 8 / 8.0f;
        gint i = x / 8, k = y / 8;

        scene->rgb[y][x][c] = (guint8) ((1 - v) * ((1 - u) * coarse[k][i][c]
                + u * coarse[k][i + 1][c]) + v * ((1 - u) * coarse[k + 1][i][c]
                + u * coarse[k + 1][i + 1][c]) + 0.5f);
      }
}

static void
scene_init_stripes (Scene * scene)
{
  memset (scene->rgb, 0, sizeof scene->rgb);
  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < SCENE_WIDTH; x++)
      scene->rgb[y][x][x / 20 % 3] = 230;
}

static void
scene_render (const Scene * scene, gint t, Picture * picture)
{
  for (gint y = 0; y < HEIGHT; y++)
    memcpy (picture->bytes + 3 * WIDTH * y, scene->rgb[y][SPEED * t],
        3 * WIDTH);
}

static SgImage
image_of (Picture * picture)
{
  SgImage image = { WIDTH, HEIGHT, 3, .sample = {1, 8, 0, FALSE} };

  for (gint c = 0; c < 3; c++) {
    image.plane[c] = (SgPlane) {
    picture->bytes + c, 3 * WIDTH, 3, 0, 0};
    image.color.to_rgb[c][c] = 1 / 255.0;
    image.color.from_rgb[c][c] = 255;
  }
  return image;
}

/* y = @op (v, x) of pixels 0..255 */
static SgModel *
load_model (const gchar * op, gint type, gconstpointer v, gsize bytes)
{
  const gint64 dims[4] = { 1, 1, 1, 1 };
  GByteArray *graph = onnx_writer_message ();
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GError) error = NULL;
  SgModel *model;

  onnx_writer_string (graph, 2, "test");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x", type,
          (gint64) 1, (gint64) 3, (gint64) - 1, (gint64) - 1, ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y", type,
          (gint64) 1, (gint64) 3, (gint64) - 1, (gint64) - 1, ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, onnx_writer_raw_tensor ("v",
          type, dims, 4, v, bytes));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node (op, "n", "v,x",
          "y", NULL));
  file = onnx_writer_model (13, graph);
  model = sg_model_load_bytes ("test.onnx", file->data, file->len, &error);
  g_assert_no_error (error);
  return model;
}

static SgModel *
negative (void)
{
  const gfloat white = 255;

  return load_model ("Sub", ONNX_FLOAT, &white, sizeof white);
}

static SgModel *
brighter (void)
{
  const gfloat more = 40;

  return load_model ("Add", ONNX_FLOAT, &more, sizeof more);
}

static guint n_frames_in_flight;

static SgStylizer *
open_stylizer (SgModel * model, SgTemporalMode mode, gboolean can_carry,
    gint working_height)
{
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .temporal = mode,
    .can_carry = can_carry, .working_height = working_height,
    .frames_in_flight = n_frames_in_flight
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = test_device_on ();
  SgStylizer *stylizer;

  g_assert_nonnull (device);
  stylizer = sg_stylizer_new (model, device, &config, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sg_stylizer_can_carry (stylizer), ==, can_carry);
  return stylizer;
}

/* Returns whether it was carried. */
static gboolean
process (SgStylizer * stylizer, gboolean carry, Picture * in, Picture * out)
{
  SgStylizerControls controls = SG_STYLIZER_CONTROLS_INIT;
  SgImage source = image_of (in), target = image_of (out);
  g_autoptr (GError) error = NULL;

  controls.carry = carry;
  sg_stylizer_set_controls (stylizer, &controls);
  g_assert_true (sg_stylizer_process (stylizer, &source, &target, &error));
  g_assert_no_error (error);
  return sg_stylizer_was_carried (stylizer);
}

/* How many samples of @out are further than @slack from what the network makes of @in
 * (@sign * in + @offset), over columns from 0 to before @end. */
static gint
n_wrong (const Picture * in, const Picture * out, gint sign, gint offset,
    gint end, gint slack)
{
  gint n = 0;

  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < 3 * end; x++) {
      gint at = 3 * WIDTH * y + x;
      gint wanted = CLAMP (sign * in->bytes[at] + offset, 0, 255);

      n += ABS (out->bytes[at] - wanted) > slack;
    }
  return n;
}

static const SgTemporalMode modes[] = { SG_TEMPORAL_MOTION, SG_TEMPORAL_OFF,
  SG_TEMPORAL_STATIC
};

/* Software devices take a second to compile the shaders of each. */
static guint
n_modes (void)
{
  return test_is_on_vulkan ()? 1 : G_N_ELEMENTS (modes);
}

/* What moves is where the network would have put it, also after several frames. */
static void
test_motion (void)
{
  g_autoptr (SgModel) model = negative ();
  g_autofree Scene *scene = g_new (Scene, 1);
  Picture in, out;

  scene_init (scene, 1);
  for (guint m = 0; m < n_modes (); m++) {
    g_autoptr (SgStylizer) stylizer = open_stylizer (model, modes[m], TRUE, 0);

    for (gint t = 0; t < 12; t++) {
      gboolean carry = t % 4 != 0;
      gint known = WIDTH - t % 4 * SPEED - 16;  /* what has come into view is not */

      /* the static filter itself trails behind what moves */
      scene_render (scene, modes[m] == SG_TEMPORAL_STATIC ? 0 : t, &in);
      g_assert_cmpint (process (stylizer, carry, &in, &out), ==, carry);
      if (carry)
        g_assert_cmpint (n_wrong (&in, &out, -1, 255, known, 24), ==, 0);
    }
  }
}

/* What comes into view is given an edit, not the picture that was there: with an edit that
 * is the same everywhere, whatever appears is right. */
static void
test_revealed (void)
{
  g_autoptr (SgModel) model = brighter ();
  g_autoptr (SgStylizer) stylizer = open_stylizer (model, SG_TEMPORAL_MOTION,
      TRUE, 0);
  g_autofree Scene *scene = g_new (Scene, 1);
  Picture in, out;

  scene_init (scene, 2);
  for (gint t = 0; t < 6; t++) {
    scene_render (scene, t, &in);
    for (gint y = 20; y < 40; y++)      /* something jumps about */
      memset (in.bytes + 3 * (WIDTH * y + 10 + 17 * t % 60), 0xc8 * (t & 1),
          3 * 20);
    g_assert_cmpint (process (stylizer, t > 0, &in, &out), ==, t > 0);
    /* of 200; doubt is a matter of 3 x 3 pixels, so that corners keep a little */
    if (t > 0)
      g_assert_cmpint (n_wrong (&in, &out, 1, 40, WIDTH, 24), <=, N / 50);
  }
}

/* The first frame and the two around a cut are the network's to the bit, and the past is
 * as if nobody had asked. */
static void
test_cut (void)
{
  static const gint scenes[] = { 0, 0, 1, 1, 1, 0, 1, 1 };
  static const gboolean carried[] = { 0, 0, 0, 0, 1, 0, 1, 0 };
  g_autoptr (SgModel) model = negative ();
  g_autoptr (SgStylizer) a = open_stylizer (model, SG_TEMPORAL_MOTION, TRUE, 0);
  g_autoptr (SgStylizer) b = open_stylizer (model, SG_TEMPORAL_MOTION, TRUE, 0);
  g_autofree Scene *scene = g_new (Scene, 2);
  SgTemporalStats stats;
  Picture in, out, expected;

  scene_init (scene, 3);
  scene_init_stripes (scene + 1);
  for (gint t = 0; t < (gint) G_N_ELEMENTS (scenes); t++) {
    gboolean ask = t != 1 && t != 7;

    scene_render (&scene[scenes[t]], t, &in);
    g_assert_cmpint (process (a, ask, &in, &out), ==, carried[t]);
    g_assert_cmpint (process (b, carried[t], &in, &expected), ==, carried[t]);
    g_assert_cmpmem (out.bytes, N, expected.bytes, N);
  }
  g_assert_true (sg_stylizer_get_temporal_stats (a, &stats));
  g_assert_cmpuint (stats.cuts, ==, 1);
  g_assert_cmpuint (stats.flashes, ==, 1);
  sg_stylizer_reset (a);
  g_assert_false (process (a, TRUE, &in, &out));
  g_assert_cmpint (n_wrong (&in, &out, -1, 255, WIDTH, 1), ==, 0);
}

/* With several frames under way those that are carried still follow what went before, also
 * where that turns out to be another scene. */
static void
test_in_flight (void)
{
  static const gint scenes[] = { 0, 0, 1, 1, 1, 0, 0, 1, 1 };
  g_autoptr (SgModel) model = negative ();
  g_autoptr (SgStylizer) a = open_stylizer (model, SG_TEMPORAL_MOTION, TRUE, 0);
  g_autoptr (SgStylizer) b = NULL;
  g_autofree Scene *scene = g_new (Scene, 2);
  guint n_submitted = 0;
  Picture in[G_N_ELEMENTS (scenes)], out[G_N_ELEMENTS (scenes)];

  n_frames_in_flight = 2;
  b = open_stylizer (model, SG_TEMPORAL_MOTION, TRUE, 0);
  n_frames_in_flight = 0;
  scene_init (scene, 6);
  scene_init_stripes (scene + 1);
  for (guint t = 0; t < G_N_ELEMENTS (scenes); t++) {
    SgStylizerControls controls = SG_STYLIZER_CONTROLS_INIT;
    g_autoptr (GError) error = NULL;
    Picture expected;

    for (; n_submitted < G_N_ELEMENTS (scenes) && n_submitted
        < t + sg_stylizer_get_frames_in_flight (b); n_submitted++) {
      SgImage source = image_of (&in[n_submitted]);
      SgImage target = image_of (&out[n_submitted]);

      scene_render (&scene[scenes[n_submitted]], n_submitted, &in[n_submitted]);
      controls.carry = n_submitted % 3 != 0;
      sg_stylizer_set_controls (b, &controls);
      g_assert_true (sg_stylizer_submit (b, &source, &target, &error));
    }
    g_assert_true (sg_stylizer_collect (b, &error));
    g_assert_cmpint (sg_stylizer_was_carried (b), ==, process (a, t % 3 != 0,
            &in[t], &expected));
    g_assert_cmpmem (out[t].bytes, N, expected.bytes, N);
  }
}

/* To be able to is no change: not of pictures, not of what is said of them. */
static void
test_not_asked (void)
{
  g_autoptr (SgModel) model = negative ();
  g_autofree Scene *scene = g_new (Scene, 1);

  scene_init (scene, 4);
  for (guint m = 0; m < n_modes (); m++) {
    g_autoptr (SgStylizer) a = open_stylizer (model, modes[m], TRUE, 40);
    g_autoptr (SgStylizer) b = open_stylizer (model, modes[m], FALSE, 40);
    SgTemporalStats of_a, of_b;
    Picture in, out, expected;

    g_assert_cmpuint (sg_stylizer_get_memory_bytes (a), >,
        sg_stylizer_get_memory_bytes (b));
    for (gint t = 0; t < 5; t++) {
      scene_render (scene, t, &in);
      g_assert_false (process (a, FALSE, &in, &out));
      g_assert_false (process (b, TRUE, &in, &expected));
      g_assert_cmpmem (out.bytes, N, expected.bytes, N);
    }
    g_assert_cmpint (sg_stylizer_get_temporal_stats (a, &of_a), ==,
        sg_stylizer_get_temporal_stats (b, &of_b));
    g_assert_cmpmem (&of_a, sizeof of_a, &of_b, sizeof of_b);
  }
}

/* Below the frame's size; a model in half precision; in place, where a frame that cannot
 * be carried would be lost. */
static void
test_kinds (void)
{
  const guint16 forty = 0x5100;
  g_autoptr (SgModel) full = brighter ();
  g_autoptr (SgModel) half = load_model ("Add", ONNX_FLOAT16, &forty,
      sizeof forty);
  SgModel *models[] = { full, half };
  g_autofree Scene *scene = g_new (Scene, 1);
  Picture in, out;

  scene_init (scene, 5);
  for (guint i = 0; i < (test_is_on_vulkan ()? 2 : 4); i++) {
    g_autoptr (SgStylizer) stylizer = open_stylizer (models[i % 2],
        SG_TEMPORAL_MOTION, TRUE, i < 2 ? 0 : 33);

    for (gint t = 0; t < 4; t++) {
      scene_render (scene, t, &in);
      g_assert_cmpint (process (stylizer, t > 0, &in, &out), ==, t > 0);
      if (t > 0)
        g_assert_cmpint (n_wrong (&in, &out, 1, 40, WIDTH, 24), <=, N / 50);
    }
    out = in;
    g_assert_false (process (stylizer, TRUE, &out, &out));
  }
}

int
main (int argc, char **argv)
{
  if (!test_init_on (&argc, &argv))
    return g_test_run ();
  g_test_add_func ("/carry/motion", test_motion);
  g_test_add_func ("/carry/revealed", test_revealed);
  g_test_add_func ("/carry/cut", test_cut);
  g_test_add_func ("/carry/in-flight", test_in_flight);
  g_test_add_func ("/carry/not-asked", test_not_asked);
  g_test_add_func ("/carry/kinds", test_kinds);
  return g_test_run ();
}
