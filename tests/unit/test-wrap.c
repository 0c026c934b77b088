/* gst-stylegan: tests of models on pictures that go all around
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   test-wrap [--vulkan]     on the processor, or on a GPU */
#include <sg/onnx.h>
#include <sg/session.h>

#include <math.h>
#include <string.h>

#include "util/data.h"
#include "util/rng.h"
#include "util/vulkan.h"
#include "video/wrap.h"

#define WIDTH 128
#define HEIGHT 64

static SgModel *
load (const gchar * name)
{
  g_autofree gchar *path = g_str_has_prefix (name, "models/")
      ? test_data_file (name)
      : test_source_file (name);
  g_autoptr (GError) error = NULL;
  SgModel *model;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  model = sg_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

/* Waves that go around @n times in @width columns: seamless. */
static SgTensor *
make_picture (SgModel * model, gint width, gint n, gint turn)
{
  const gdouble scale =
      sg_model_get_pixel_range (model) == SG_PIXEL_RANGE_0_1 ? 1.0 / 255 : 1;
  const SgShape shape = SG_SHAPE (1, 3, HEIGHT, width);
  SgTensor *x = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  gfloat *p = x->data;

  for (gint c = 0; c < 3; c++)
    for (gint y = 0; y < HEIGHT; y++)
      for (gint i = 0; i < width; i++) {
        gdouble a = 2 * G_PI * n * (i + turn) / width;

        *p++ = (gfloat) (scale * (128 + 50 * sin (3 * a + c + 0.1 * y)
                + 40 * sin (7 * a - 0.3 * y + c) + 30 * cos (a + 0.05 * y)));
      }
  return x;
}

static SgTensor *
run (SgGraph * graph, SgTensor * x)
{
  g_autoptr (SgDevice) device = test_device_on ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = sg_session_new (graph, device, &x->desc, 1,
      NULL, &error);
  SgTensor *y;

  g_assert_no_error (error);
  y = sg_tensor_new (SG_DTYPE_F32,
      &sg_session_get_output_desc (session, 0)->shape, NULL);
  sg_session_run (session, &x, &y, &error);
  g_assert_no_error (error);
  return y;
}

static SgGraph *
make_graph (SgModel * model, VideoModel * video, gint width)
{
  const VideoWrapConfig config = { 1, TRUE };
  g_autoptr (GError) error = NULL;
  SgGraph *graph;
  VideoFit fit;

  video_model_init (video, model, SG_CHANNEL_ORDER_RGB, &error);
  g_assert_no_error (error);
  g_assert_cmpint (video_wrap_find_width (video, width, HEIGHT, &error), ==,
      width);
  g_assert_no_error (error);
  video_fit_find (video, width, HEIGHT, &fit, &error);
  g_assert_no_error (error);
  graph = video_wrap_new (video, &fit, &config, &error);
  g_assert_no_error (error);
  return graph;
}

static gfloat
at (const SgTensor * t, gint row, gint column)
{
  return ((const gfloat *) t->data)[row * t->desc.shape.dim[3] + column];
}

/* A picture that begins half way around gives what begins half way around. */
static void
test_turn (gconstpointer name)
{
  g_autoptr (SgModel) model = load (name);
  g_autoptr (SgTensor) x = NULL;
  g_autoptr (SgTensor) turned = NULL;
  g_autoptr (SgTensor) a = NULL;
  g_autoptr (SgTensor) b = NULL;
  g_autoptr (SgGraph) graph = NULL;
  VideoModel video;
  gdouble worst = 0, low = 1e9, high = -1e9;

  if (model == NULL) {
    g_test_skip ("no test data");
    return;
  }
  graph = make_graph (model, &video, WIDTH);
  x = make_picture (model, WIDTH, 1, 0);
  turned = make_picture (model, WIDTH, 1, WIDTH / 2);
  a = run (graph, x);
  b = run (graph, turned);
  for (gint row = 0; row < 3 * HEIGHT; row++)
    for (gint i = 0; i < WIDTH; i++) {
      worst = MAX (worst, fabs (at (a, row, (i + WIDTH / 2) % WIDTH)
              - at (b, row, i)));
      low = MIN (low, at (a, row, i));
      high = MAX (high, at (a, row, i));
    }
  g_test_message ("%s: %g of %g", (const gchar *) name, worst, high - low);
  g_assert_cmpfloat (high - low, >, 0.2);
  g_assert_cmpfloat (worst, <, (high - low) * 1e-3);
}

/* The model as it is, shown three turns, has in the middle what one ring gives: no
 * column is out of place. Statistics differ by the ends, rows by the poles. */
static void
test_unrolled (gconstpointer name)
{
  g_autoptr (SgModel) model = load (name);
  g_autoptr (SgTensor) x = NULL;
  g_autoptr (SgTensor) three = NULL;
  g_autoptr (SgTensor) a = NULL;
  g_autoptr (SgTensor) b = NULL;
  g_autoptr (SgGraph) graph = NULL;
  VideoModel video;
  gdouble errors[3] = { 0 };
  gint shift;

  if (model == NULL) {
    g_test_skip ("no test data");
    return;
  }
  graph = make_graph (model, &video, WIDTH);
  x = make_picture (model, WIDTH, 1, 0);
  three = make_picture (model, 3 * WIDTH, 3, 0);
  a = run (graph, x);
  b = run (video.graph, three);
  shift = (gint) (b->desc.shape.dim[3] - 3 * WIDTH) / 2;
  for (gint k = 0; k < 3; k++)
    for (gint row = HEIGHT * 5 / 4; row < HEIGHT * 7 / 4; row++)
      for (gint i = 0; i < WIDTH; i++) {
        gint extra = (gint) (b->desc.shape.dim[2] - HEIGHT) / 2;
        gint down = row + extra + (row / HEIGHT) * 2 * extra;
        gdouble d = at (a, row, i) - at (b, down, WIDTH + i + shift + k - 1);

        errors[k] += d * d;
      }
  g_test_message ("%s: %g, one off: %g, %g", (const gchar *) name, errors[1],
      errors[0], errors[2]);
  /* the vertex of the parabola through them */
  g_assert_cmpfloat (errors[1], <, MIN (errors[0], errors[2]));
  g_assert_cmpfloat (fabs (errors[0] - errors[2]), <,
      0.6 * (errors[0] - 2 * errors[1] + errors[2]));
}

int
main (int argc, char **argv)
{
  static const gchar *const names[] = {
    "gst/styles/great-wave-nano.onnx", "models/fst_wave.onnx",
    "models/fns8_opset13.onnx", "models/unity_design.onnx",
    "models/winml_candy.onnx"
  };

  if (!test_init_on (&argc, &argv))
    return g_test_run ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *base = g_path_get_basename (names[i]);
    g_autofree gchar *turn = g_strdup_printf ("/wrap/turn/%s", base);
    g_autofree gchar *unrolled = g_strdup_printf ("/wrap/unrolled/%s", base);

    g_test_add_data_func (turn, names[i], test_turn);
    /* software devices take seconds to compile each one's shaders */
    if (test_is_on_vulkan ())
      break;
    /* the last one has a size of its own */
    if (i + 1 < G_N_ELEMENTS (names))
      g_test_add_data_func (unrolled, names[i], test_unrolled);
  }
  return g_test_run ();
}
