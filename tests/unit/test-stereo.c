/* gst-stylegan: tests of the stylizer with two views and with pictures that go all around
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   test-stereo [--vulkan]     on the processor, or on a GPU */
#include <sg/stylizer.h>

#include <math.h>
#include <string.h>

#include "util/data.h"
#include "util/onnx-writer.h"
#include "util/rng.h"
#include "util/vulkan.h"

#define N_FRAMES 5
#define NANO "gst/styles/great-wave-nano.onnx"

/* --- pictures --------------------------------------------------------------------- */

typedef struct
{
  gint width, height;
  guint8 *rgb;
} Picture;

static Picture
new_picture (gint width, gint height)
{
  return (Picture) {
  width, height, g_malloc0 (3 * width * height)};
}

static void
clear_picture (Picture * p)
{
  g_clear_pointer (&p->rgb, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, clear_picture);

static SgImage
image_of (const Picture * p)
{
  SgImage image = { .width = p->width, .height = p->height,
    .n_components = 3, .sample = {1, 8, 0, FALSE}
  };

  for (gint i = 0; i < 3; i++) {
    image.plane[i] = (SgPlane) {
    p->rgb + i, 3 * p->width, 3, 0, 0};
    image.color.to_rgb[i][i] = 1.0 / 255;
    image.color.from_rgb[i][i] = 255;
  }
  return image;
}

/* Waves and noise that go around seamlessly, moving to the left by 3 pixels per frame;
 * seen from @turn columns further on. */
static void
draw (Picture * p, gint frame, gint turn, gint seed)
{
  for (gint y = 0; y < p->height; y++)
    for (gint x = 0; x < p->width; x++) {
      gint at = (x + turn + 3 * frame + 8 * p->width) % p->width;
      gdouble a = 2 * G_PI * at / p->width;
      guint32 noise = (guint32) (at * 7919 + y * 104729 + seed * 15485863);

      noise = (noise ^ noise >> 13) * 0x5bd1e995u;
      for (gint c = 0; c < 3; c++)
        p->rgb[3 * (y * p->width + x) + c] = (guint8) (110
            + 40 * sin (5 * a + c + 0.1 * y + seed)
            + 30 * sin (11 * a - 0.2 * y + c) + 20 * cos (a + 0.05 * y)
            + (noise >> (8 * c + 4)) % 40);
    }
}

/* --- stylizers ---------------------------------------------------------------------- */

static SgModel *
load (const gchar * name)
{
  g_autofree gchar *path = g_str_has_prefix (name, "models/")
      ? test_data_file (name) : test_source_file (name);
  g_autoptr (GError) error = NULL;
  SgModel *model;

  if (path == NULL)
    return NULL;
  model = sg_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

static SgStylizer *
new_stylizer (SgModel * model, const SgStylizerConfig * config)
{
  g_autoptr (SgDevice) device = test_device_on ();
  g_autoptr (GError) error = NULL;
  SgStylizer *stylizer = sg_stylizer_new (model, device, config, &error);

  g_assert_no_error (error);
  return stylizer;
}

static void
process (SgStylizer * stylizer, const Picture * in, Picture * out)
{
  g_autoptr (GError) error = NULL;
  SgImage from = image_of (in), to = image_of (out);

  sg_stylizer_process (stylizer, &from, &to, &error);
  g_assert_no_error (error);
}

static const guint8 *
pixel (const Picture * p, gint x, gint y)
{
  return p->rgb + 3 * (y * p->width + x);
}

/* --- 360 degrees ---------------------------------------------------------------------- */

typedef struct
{
  const gchar *model;
  SgStylizerConfig config;
} Case;

/* Largest difference of @a turned by @turn columns to @b. */
static gint
compare (const Picture * a, const Picture * b, gint turn)
{
  gint worst = 0;

  for (gint y = 0; y < a->height; y++)
    for (gint x = 0; x < a->width; x++)
      for (gint c = 0; c < 3; c++)
        worst = MAX (worst, ABS (pixel (a, (x + turn) % a->width, y)[c]
                - pixel (b, x, y)[c]));
  return worst;
}

/* What begins half way around comes out as what begins half way around, and a picture
 * that is not taken for a circle does not. */
static void
test_turn (gconstpointer data)
{
  const Case *test = data;
  const gint width = test->config.width, height = test->config.height;
  g_autoptr (SgModel) model = load (test->model);
  SgStylizerConfig flat = test->config;
  g_autoptr (SgStylizer) straight = NULL;
  g_autoptr (SgStylizer) turned = NULL;
  g_autoptr (SgStylizer) plain = NULL;
  g_auto (Picture) in = new_picture (width, height);
  g_auto (Picture) a = new_picture (width, height);
  g_auto (Picture) b = new_picture (width, height);
  gint worst = 0, seam = 0;

  if (model == NULL) {
    g_test_skip ("no test data");
    return;
  }
  flat.projection = SG_PROJECTION_FLAT;
  straight = new_stylizer (model, &test->config);
  turned = new_stylizer (model, &test->config);
  plain = new_stylizer (model, &flat);
  for (gint i = 0; i < N_FRAMES; i++) {
    draw (&in, i, 0, 1);
    process (straight, &in, &a);
    draw (&in, i, width / 2, 1);
    process (plain, &in, &b);
    seam = MAX (seam, compare (&a, &b, width / 2));
    process (turned, &in, &b);
    worst = MAX (worst, compare (&a, &b, width / 2));
  }
  g_test_message ("off by %d; without projection by %d", worst, seam);
  g_assert_cmpint (worst, <=, 1);
  g_assert_cmpint (seam, >, 8);
}

/* --- two views -------------------------------------------------------------------------- */

/* @view of @stereo, which stands beside or above the other. */
static void
put_view (Picture * stereo, const Picture * view, gint index)
{
  const gboolean beside = stereo->width > view->width;

  for (gint y = 0; y < view->height; y++)
    memcpy ((guint8 *) pixel (stereo, beside ? index * view->width : 0,
            beside ? y : index * view->height + y), pixel (view, 0, y),
        3 * view->width);
}

static void
get_view (const Picture * stereo, Picture * view, gint index)
{
  const gboolean beside = stereo->width > view->width;

  for (gint y = 0; y < view->height; y++)
    memcpy ((guint8 *) pixel (view, 0, y), pixel (stereo,
            beside ? index * view->width : 0,
            beside ? y : index * view->height + y), 3 * view->width);
}

static Picture
new_view (const SgStylizerConfig * config)
{
  return config->stereo == SG_STEREO_SIDE_BY_SIDE
      ? new_picture (config->width / 2, config->height)
      : new_picture (config->width, config->height / 2);
}

/* Equal views come out equal, to the bit. */
static void
test_equal (gconstpointer data)
{
  const Case *test = data;
  const SgStylizerConfig *config = &test->config;
  g_autoptr (SgModel) model = load (test->model);
  g_autoptr (SgStylizer) stylizer = NULL;
  g_auto (Picture) frame = new_picture (config->width, config->height);
  g_auto (Picture) a = new_view (config);
  g_auto (Picture) b = new_view (config);

  if (model == NULL) {
    g_test_skip ("no test data");
    return;
  }
  stylizer = new_stylizer (model, config);
  for (gint i = 0; i < N_FRAMES; i++) {
    draw (&a, i, 0, 1);
    put_view (&frame, &a, 0);
    put_view (&frame, &a, 1);
    process (stylizer, &frame, &frame);
    get_view (&frame, &b, 0);
    g_assert_cmpint (compare (&a, &b, 0), >, 8);
    get_view (&frame, &a, 1);
    g_assert_cmpmem (a.rgb, 3 * a.width * a.height, b.rgb,
        3 * b.width * b.height);
  }
}

/* A model without statistics: the mean of 5 x 5 pixels and a gain. */
static SgModel *
blur_model (void)
{
  const gint64 dims[4] = { 3, 3, 5, 5 };
  GByteArray *graph = onnx_writer_message ();
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gfloat w[225] = { 0 };
  SgModel *model;

  for (gint i = 0; i < 225; i++)
    w[i] = i / 75 == i / 25 % 3 ? 0.05f : 0;
  onnx_writer_string (graph, 2, "blur");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x",
          ONNX_FLOAT, (gint64) 1, (gint64) 3, (gint64) - 1, (gint64) - 1,
          ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, (gint64) 1, (gint64) 3, (gint64) - 1, (gint64) - 1,
          ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("w", ONNX_FLOAT, dims, 4, w, sizeof w));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Conv", "n",
          "x,w", "y", onnx_writer_attr_ints ("pads", (gint64) 2, (gint64) 2,
              (gint64) 2, (gint64) 2, ONNX_END), NULL));
  bytes = onnx_writer_model (13, graph);
  model = sg_model_load_bytes ("blur.onnx", bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  return model;
}

/* What stands in the right view does not show in the left one, whatever is done to the
 * size; the left one is what it would be alone. */
static void
test_leak (gconstpointer data)
{
  const Case *test = data;
  const SgStylizerConfig *config = &test->config;
  g_autoptr (SgModel) model = blur_model ();
  g_autoptr (SgStylizer) stylizer = new_stylizer (model, config);
  g_auto (Picture) frame = new_picture (config->width, config->height);
  g_auto (Picture) view = new_view (config);
  g_auto (Picture) left = new_view (config);
  SgStylizerConfig mono = *config;
  g_autoptr (SgStylizer) alone = NULL;

  mono.width = view.width;
  mono.height = view.height;
  mono.stereo = SG_STEREO_MONO;
  alone = new_stylizer (model, &mono);
  for (gint i = 0; i < N_FRAMES; i++) {
    memset (frame.rgb, i % 2 ? 255 : 0, 3 * frame.width * frame.height);
    draw (&view, i, 0, 1);
    put_view (&frame, &view, 0);
    process (stylizer, &frame, &frame);
    get_view (&frame, &left, 0);
    process (alone, &view, &view);
    g_assert_cmpint (compare (&left, &view, 0), ==, 0);
  }
}

/* Views in turn: each as if the other were not there. */
static void
test_in_turn (void)
{
  SgStylizerConfig config = { .width = 96, .height = 64,
    .temporal = SG_TEMPORAL_MOTION, .stereo = SG_STEREO_FRAME_BY_FRAME
  };
  g_autoptr (SgModel) model = load (NANO);
  g_autoptr (SgStylizer) both = new_stylizer (model, &config);
  g_autoptr (SgStylizer) even = NULL;
  g_autoptr (SgStylizer) odd = NULL;
  g_auto (Picture) in = new_picture (96, 64);
  g_auto (Picture) a = new_picture (96, 64);
  g_auto (Picture) b = new_picture (96, 64);

  config.stereo = SG_STEREO_MONO;
  even = new_stylizer (model, &config);
  odd = new_stylizer (model, &config);
  for (gint i = 0; i < 2 * N_FRAMES; i++) {
    if (i == N_FRAMES) {
      sg_stylizer_reset (both);
      sg_stylizer_reset (even);
      sg_stylizer_reset (odd);
    }
    draw (&in, i / 2, 0, 5 * (i % 2));
    process (both, &in, &a);
    process (i % 2 ? odd : even, &in, &b);
    g_assert_cmpint (compare (&a, &b, 0), ==, 0);
  }
}

static void
test_odd (void)
{
  const SgStylizerConfig odd = { .width = 63, .height = 64,
    .stereo = SG_STEREO_SIDE_BY_SIDE
  }, aspect = { .width = 64, .height = 64, .pixel_aspect = 100 };
  g_autoptr (SgModel) model = load (NANO);
  g_autoptr (SgDevice) device = test_device_on ();
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_stylizer_new (model, device, &odd, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (sg_stylizer_new (model, device, &aspect, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
}

/* Squeezed views are shown to the network as they look. */
static void
test_aspect (void)
{
  SgStylizerConfig config = { .width = 128, .height = 128,
    .working_height = 64, .stereo = SG_STEREO_SIDE_BY_SIDE, .pixel_aspect = 2
  };
  g_autoptr (SgModel) model = load (NANO);
  g_autoptr (SgStylizer) wide = new_stylizer (model, &config);
  g_autoptr (SgStylizer) flat = NULL;
  gint width, height;

  sg_stylizer_get_working_size (wide, &width, &height);
  g_assert_cmpint (width, ==, 64);
  g_assert_cmpint (height, ==, 64);
  config.stereo = SG_STEREO_TOP_BOTTOM;
  config.pixel_aspect = 0.5;
  config.working_height = 0;
  flat = new_stylizer (model, &config);
  sg_stylizer_get_working_size (flat, &width, &height);
  g_assert_cmpint (width, ==, 64);
  g_assert_cmpint (height, ==, 64);
}

#define WRAPPED(...) \
  {.projection = SG_PROJECTION_EQUIRECTANGULAR, __VA_ARGS__}
#define SIDES(...) {.stereo = SG_STEREO_SIDE_BY_SIDE, __VA_ARGS__}

static const Case turns[] = {
  {NANO, WRAPPED (.width = 256, .height = 128,
          .temporal = SG_TEMPORAL_MOTION)},
  {NANO, WRAPPED (.width = 512, .height = 256, .working_height = 128,
          .temporal = SG_TEMPORAL_MOTION)},
  {NANO, WRAPPED (.width = 256, .height = 128,
          .temporal = SG_TEMPORAL_STATIC)},
  {NANO, WRAPPED (.width = 512, .height = 128, .temporal = SG_TEMPORAL_MOTION,
          .stereo = SG_STEREO_TOP_BOTTOM)},
  {"models/fst_wave.onnx", WRAPPED (.width = 256, .height = 128,
          .temporal = SG_TEMPORAL_MOTION)},
  {"models/winml_candy.onnx", WRAPPED (.width = 128, .height = 64,
          .temporal = SG_TEMPORAL_OFF)},
};

static const Case pairs[] = {
  {NANO, SIDES (.width = 192, .height = 64, .temporal = SG_TEMPORAL_MOTION)},
  {NANO, SIDES (.width = 256, .height = 128, .working_height = 64,
          .temporal = SG_TEMPORAL_STATIC, .pixel_aspect = 2)},
  {NANO, {.width = 96, .height = 128, .temporal = SG_TEMPORAL_MOTION,
          .stereo = SG_STEREO_TOP_BOTTOM}},
  {"models/fst_wave.onnx", SIDES (.width = 192, .height = 64,
          .temporal = SG_TEMPORAL_MOTION)},
};

/* All that is left where there is no GPU. */
int
main (int argc, char **argv)
{
  guint n_turns = G_N_ELEMENTS (turns), n_pairs = G_N_ELEMENTS (pairs);

  if (!test_init_on (&argc, &argv))
    return g_test_run ();
  /* software devices take seconds to compile each one's shaders */
  if (test_is_on_vulkan ())
    n_turns = n_pairs = 1;
  for (guint i = 0; i < n_turns; i++) {
    g_autofree gchar *name = g_strdup_printf ("/stereo/turn/%u", i);

    g_test_add_data_func (name, &turns[i], test_turn);
  }
  for (guint i = 0; i < n_pairs; i++) {
    g_autofree gchar *equal = g_strdup_printf ("/stereo/equal/%u", i);
    g_autofree gchar *leak = g_strdup_printf ("/stereo/leak/%u", i);

    g_test_add_data_func (equal, &pairs[i], test_equal);
    if (i < 3 && !test_is_on_vulkan ())
      g_test_add_data_func (leak, &pairs[i], test_leak);
  }
  if (test_is_on_vulkan ())
    return g_test_run ();
  g_test_add_func ("/stereo/in-turn", test_in_turn);
  g_test_add_func ("/stereo/refused", test_odd);
  g_test_add_func ("/stereo/aspect", test_aspect);
  return g_test_run ();
}
