/* gst-stylegan: tests of painting one picture
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <sg/paint.h>

#include "ops/build.h"
#include "train/autodiff.h"
#include "train/losses.h"
#include "train/toy.h"
#include "util/rng.h"

#define WIDTH 83
#define HEIGHT 61
#define STEPS 40

typedef struct
{
  SgDevice *device;
  gchar *loss_network;
  const gchar *networks[2];
  guint8 *content, *style;
  SgPaintConfig config;
} Fixture;

static void
set_up (Fixture * f, gconstpointer data)
{
  const SgDeviceConfig config = { .backend = SG_BACKEND_CPU, .n_threads = 2 };

  f->device = sg_device_open (&config, NULL, NULL);
  f->loss_network = toy_loss_network ();
  f->networks[0] = f->loss_network;
  f->content = toy_picture (120, 90, 1);
  f->style = toy_picture (64, 48, 100);
  sg_paint_config_init (&f->config);
  f->config.content = (SgPicture) {
  120, 90, f->content};
  f->config.style = (SgPicture) {
  64, 48, f->style};
  f->config.width = WIDTH;
  f->config.height = HEIGHT;
  f->config.style_size = 48;
  f->config.steps = STEPS;
  f->config.loss_networks = f->networks;
}

static void
tear_down (Fixture * f, gconstpointer data)
{
  sg_device_unref (f->device);
  toy_remove (f->loss_network);
  g_free (f->content);
  g_free (f->style);
}

static SgPainter *
new_painter (Fixture * f)
{
  g_autoptr (GError) error = NULL;
  SgPainter *p = sg_painter_new (&f->config, f->device, &error);

  g_assert_no_error (error);
  return p;
}

/* All steps. Returns: the picture; @first, @last: reports */
static guint8 *
paint (Fixture * f, SgTrainReport * first, SgTrainReport * last)
{
  g_autoptr (SgPainter) p = new_painter (f);
  g_autoptr (GError) error = NULL;
  guint8 *rgb;

  for (guint i = 0; i < f->config.steps; i++) {
    sg_painter_step (p, last, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (last->step, ==, i + 1);
    if (i == 0)
      *first = *last;
  }
  rgb = sg_painter_get_picture (p, &error);
  g_assert_no_error (error);
  return rgb;
}

static void
test_paints (Fixture * f, gconstpointer data)
{
  SgTrainReport first, last;
  g_autofree guint8 *rgb = NULL;

  f->config.noise = 0.5;
  rgb = paint (f, &first, &last);
  g_test_message ("loss %.3g, then %.3g", first.total, last.total);
  g_assert_cmpfloat (last.total, <, first.total / 4);
  g_assert_cmpfloat (last.loss[SG_LOSS_STYLE], <,
      first.loss[SG_LOSS_STYLE] / 4);
  g_assert_true (isnan (last.loss[SG_LOSS_TEMPORAL]));
}

/* From small to large, and what is left is counted in what steps cost. */
static void
test_sizes (Fixture * f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPainter) p = NULL;
  SgTrainReport report;
  gint width, height;

  f->config.width = 300;
  f->config.height = 257;
  f->config.steps = 4;
  p = new_painter (f);
  sg_painter_get_size (p, &width, &height);
  g_assert_cmpint (width, ==, 150);
  g_assert_cmpint (height, ==, 129);
  g_assert_cmpfloat (sg_painter_get_steps_left (p), ==, 2 + 2 * 4);
  for (guint i = 0; i < 2; i++)
    sg_painter_step (p, &report, &error);
  g_assert_no_error (error);
  sg_painter_get_size (p, &width, &height);
  g_assert_cmpint (width, ==, 300);
  g_assert_cmpfloat (sg_painter_get_steps_left (p), ==, 2);
  /* as large as the result also before it is */
  g_free (sg_painter_get_picture (p, &error));
  for (guint i = 0; i < 2; i++)
    sg_painter_step (p, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (sg_painter_get_steps_left (p), ==, 0);
}

static void
test_seed (Fixture * f, gconstpointer data)
{
  SgTrainReport a, b;
  g_autofree guint8 *one = NULL, *same = NULL, *other = NULL;
  gsize n = WIDTH * HEIGHT * 3;

  f->config.noise = 0.5;
  f->config.steps = 6;
  one = paint (f, &a, &b);
  same = paint (f, &a, &b);
  f->config.seed++;
  other = paint (f, &a, &b);
  g_assert_cmpmem (one, n, same, n);
  g_assert_cmpint (memcmp (one, other, n), !=, 0);
}

/* Of one colour, whatever the style's are. */
static void
test_preserve_colors (Fixture * f, gconstpointer data)
{
  SgTrainReport a, b;
  g_autofree guint8 *rgb = NULL;
  gint most = 0;

  for (gint i = 0; i < 120 * 90; i++)
    memcpy (f->content + 3 * i, ((guint8[]) {
            140, 120, 100}
      ), 3);
  f->config.preserve_colors = TRUE;
  rgb = paint (f, &a, &b);
  for (gint i = 0; i < WIDTH * HEIGHT; i++) {
    const guint8 *p = rgb + 3 * i;

    if (p[0] > 40 && p[0] < 215 && p[2] > 0)
      most = MAX (most, MAX (ABS (p[0] - p[1] - 20), ABS (p[1] - p[2] - 20)));
  }
  g_assert_cmpint (most, <=, 1);
  g_assert_true (isnan (b.loss[SG_LOSS_COLOR]));
}

/* What the pictures it begins with are mirrored and cut to stays in its place. */
static void
test_begins_with (Fixture * f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *init = toy_picture (WIDTH, HEIGHT, 3), *rgb = NULL;
  g_autoptr (SgPainter) p = NULL;

  f->config.init = (SgPicture) {
  WIDTH, HEIGHT, init};
  p = new_painter (f);
  rgb = sg_painter_get_picture (p, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (rgb, WIDTH * HEIGHT * 3, init, WIDTH * HEIGHT * 3);
}

static void
test_config (Fixture * f, gconstpointer data)
{
  const SgPaintConfig good = f->config;

  for (guint i = 0; i < 9; i++) {
    g_autoptr (GError) error = NULL;
    SgPaintConfig c = good;

    c.content.rgb = i == 0 ? NULL : c.content.rgb;
    c.style.rgb = i == 1 ? NULL : c.style.rgb;
    c.width = i == 2 ? 31 : i == 3 ? 8193 : WIDTH;
    c.steps = i == 4 ? 0 : STEPS;
    c.rate = i == 5 ? NAN : 0.01;
    c.weight[SG_LOSS_TV] = i == 6 ? -1 : 0;
    c.noise = i == 7 ? 2 : 0;
    f->networks[0] = i == 8 ? "/nowhere/network.onnx" : f->loss_network;
    g_assert_null (sg_painter_new (&c, f->device, &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
  }
  sg_painter_free (NULL);
}

/* --- the gradient ------------------------------------------------------------- */

typedef struct
{
  SgSession *session;
  GPtrArray *inputs;
  SgTensor *loss, *gradient;
} Loss;

#define SIDE_H 40
#define SIDE_W 56

/* Of a picture that is not square, in double. */
static void
loss_init (Loss * l, Fixture * f, SgLosses * losses, SgDevice * device)
{
  const SgShape shape = SG_SHAPE (1, 3, SIDE_H, SIDE_W);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgBuild b = { graph, "test", SG_DTYPE_F32, NULL };
  const SgLossInputs inputs = {
    .x = sg_graph_add_input (graph, "x", SG_DTYPE_F32, &shape),
    .y = sg_graph_add_input (graph, "y", SG_DTYPE_F32, &shape)
  };
  SgValue *terms[SG_N_LOSSES], *loss, *gradient;
  SgTensorDesc descs[8];
  guint n;

  g_assert_true (sg_losses_append (losses, &b, &inputs, terms));
  loss = sg_build_sum_all (&b, sg_losses_gather (&b, terms));
  g_assert_no_error (b.error);
  g_assert_true (sg_autodiff (graph, loss, (SgValue **) & inputs.y, 1,
          &gradient, &error));
  sg_graph_add_output (graph, "loss", loss);
  sg_graph_add_output (graph, "gradient", gradient);
  n = sg_graph_get_n_inputs (graph);
  l->inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_tensor_unref);
  for (guint i = 0; i < n; i++) {
    descs[i] = *sg_graph_get_input_desc (graph, i);
    g_ptr_array_add (l->inputs, sg_tensor_new (descs[i].dtype,
            &descs[i].shape, NULL));
  }
  l->session = sg_session_new (graph, device, descs, n, NULL, &error);
  g_assert_no_error (error);
  l->loss = sg_tensor_new (SG_DTYPE_F32, &loss->desc.shape, NULL);
  l->gradient = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  sg_losses_draw (losses, 1, 5, (SgTensor **) l->inputs->pdata + 2);
}

static gdouble
run_loss (Loss * l)
{
  SgTensor *outputs[] = { l->loss, l->gradient };
  g_autoptr (GError) error = NULL;

  sg_session_run (l->session, (SgTensor **) l->inputs->pdata, outputs, &error);
  g_assert_no_error (error);
  return sg_tensor_get (l->loss, 0);
}

/* dloss / dpicture against central differences along a random direction. */
static void
test_gradient (Fixture * f, gconstpointer data)
{
  const SgDeviceConfig reference = { .backend = SG_BACKEND_REFERENCE };
  g_autoptr (SgDevice) device = sg_device_open (&reference, NULL, NULL);
  SgTrainConfig config;
  g_autoptr (SgLosses) losses = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTensor) direction = NULL;
  TestRng rng = test_rng (1, "paint");
  const gdouble step = 1e-2;
  gdouble got = 0, want;
  Loss l;
  gfloat *y, *d;
  gint64 n;

  sg_train_config_init (&config);
  config.style = f->config.style;
  config.style_size = 48;
  config.loss_networks = f->networks;
  config.weight[SG_LOSS_TEMPORAL] = 0;
  losses = sg_losses_new_sized (&config, SIDE_H, SIDE_W, device, &error);
  g_assert_no_error (error);
  loss_init (&l, f, losses, device);
  n = sg_tensor_elements (l.gradient);
  direction = sg_tensor_new (SG_DTYPE_F32, &l.gradient->desc.shape, NULL);
  test_rng_fill (&rng, l.inputs->pdata[0], 0.2, 0.8);
  test_rng_fill (&rng, l.inputs->pdata[1], 0.2, 0.8);
  run_loss (&l);
  y = ((SgTensor *) l.inputs->pdata[1])->data;
  d = direction->data;
  /* along the gradient, where rounding counts least */
  memcpy (d, l.gradient->data, (gsize) n * sizeof *d);
  for (gint64 i = 0; i < n; i++)
    got += (gdouble) d[i] * d[i];
  got = sqrt (got);
  for (gint64 i = 0; i < n; i++)
    y[i] += (gfloat) (step * d[i] / got);
  want = run_loss (&l);
  for (gint64 i = 0; i < n; i++)
    y[i] -= (gfloat) (2 * step * d[i] / got);
  want = (want - run_loss (&l)) / (2 * step);
  g_test_message ("gradient %.6g, by differences %.6g", got, want);
  g_assert_cmpfloat (fabs (got - want), <, 5e-3 * want);
  sg_session_free (l.session);
  g_ptr_array_unref (l.inputs);
  sg_tensor_unref (l.loss);
  sg_tensor_unref (l.gradient);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/paint/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("paints", test_paints);
  ADD ("sizes", test_sizes);
  ADD ("seed", test_seed);
  ADD ("preserve-colors", test_preserve_colors);
  ADD ("begins-with", test_begins_with);
  ADD ("config", test_config);
  ADD ("gradient", test_gradient);
  return g_test_run ();
}
