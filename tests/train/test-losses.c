/* gst-stylegan: tests of the loss networks and of the terms of the loss
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * golden/loss.c compares training with them with PyTorch's. */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>
#include <sg/session.h>

#include "train/autodiff.h"
#include "train/losses-terms.h"
#include "train/losses.h"
#include "util/data.h"
#include "util/onnx-writer.h"
#include "util/rng.h"
#include "util/shape.h"

#define SIZE 32

static gchar *folder;

/* --- loss networks ----------------------------------------------------------- */

static GByteArray *
random_weights (const gchar * name, gint64 m, gint64 c, gint64 k)
{
  const gint64 dims[] = { m, c, k, k };
  gsize n = (gsize) (m * c * k * k);
  g_autofree gfloat *values = g_new (gfloat, n);
  TestRng rng = test_rng (7, name);

  for (gsize i = 0; i < n; i++)
    values[i] = (gfloat) test_rng_uniform (&rng, -0.5, 0.5);
  return onnx_writer_raw_tensor (name, ONNX_FLOAT, dims, 4, values,
      n * sizeof *values);
}

static void
put_node (GByteArray * graph, GByteArray * node)
{
  onnx_writer_put (graph, ONNX_GRAPH_NODE, node);
}

/* x [1,3,8,8] -> c1 -> r1 -> pool -> c2 -> r2 -> a reshape that knows the size */
static gchar *
write_network (gint64 pad)
{
  GByteArray *graph = onnx_writer_message (), *model;
  const gint64 sizes[] = { 1, 5, 16 }, rank = 3;
  g_autofree gchar *name = g_strdup_printf ("net%d.onnx", (gint) pad);
  gchar *path = g_build_filename (folder, name, NULL);

  put_node (graph, onnx_writer_node ("Conv", "first", "x,w1", "c1",
          onnx_writer_attr_ints ("pads", pad, pad, pad, pad, ONNX_END), NULL));
  put_node (graph, onnx_writer_node ("Relu", "n1", "c1", "r1", NULL));
  put_node (graph, onnx_writer_node ("MaxPool", "pool", "r1", "p1",
          onnx_writer_attr_ints ("kernel_shape", (gint64) 2, (gint64) 2,
              ONNX_END), onnx_writer_attr_ints ("strides", (gint64) 2,
              (gint64) 2, ONNX_END), NULL));
  put_node (graph, onnx_writer_node ("Conv", "second", "p1,w2", "c2", NULL));
  put_node (graph, onnx_writer_node ("Relu", "n2", "c2", "r2", NULL));
  put_node (graph, onnx_writer_node ("Reshape", "flat", "r2,sizes", "y", NULL));
  onnx_writer_string (graph, 2, "losses");
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, random_weights ("w1", 4, 3,
          3));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, random_weights ("w2", 5, 4,
          1));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, onnx_writer_raw_tensor
      ("sizes", ONNX_INT64, &rank, 1, sizes, sizeof sizes));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x", ONNX_FLOAT,
          (gint64) 1, (gint64) 3, (gint64) 8, (gint64) 8, ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, ONNX_END));
  model = onnx_writer_model (13, graph);
  g_assert_true (g_file_set_contents (path, (const gchar *) model->data,
          (gssize) model->len, NULL));
  g_byte_array_unref (model);
  return path;
}

static void
assert_refused (const gchar * options, const gchar * word)
{
  g_autofree gchar *path = write_network (0);
  g_autofree gchar *spec = g_strconcat (path, options, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPerceptual) network = sg_perceptual_load (spec, &error);

  g_assert_null (network);
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;

  assert_refused ("", "c1, r1, p1, c2, r2");
  assert_refused (":style=r1,r9:input=unit", "r9");
  assert_refused (":style=r1,r9:input=unit", "c1, r1, p1, c2, r2");
  assert_refused (":style=r1", "imagenet");
  assert_refused (":style=r1:input=rgb", "rgb");
  assert_refused (":style=r1*x:input=unit", "r1");
  assert_refused (":style=r1:input=unit:crop=1", "crop");
  assert_refused (":style=r1:input=unit:weight=-1", "weight");
  assert_refused (":style=:content=:input=unit", "neither");
  g_assert_null (sg_perceptual_load ("/nowhere.onnx:style=a", &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NOT_FOUND);
}

static void
test_options (void)
{
  g_autofree gchar *path = write_network (0);
  g_autofree gchar *spec = g_strconcat (path,
      ":style=r1*0.5, n2:content=c2:crop=16:weight=3:input=bytes", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPerceptual) p = sg_perceptual_load (spec, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sg_perceptual_get_n_layers (p), ==, 3);
  g_assert_cmpstr (sg_perceptual_get_layer_name (p, 1), ==, "n2");
  g_assert_cmpfloat (sg_perceptual_get_style_weight (p, 0), ==, 0.5);
  g_assert_cmpfloat (sg_perceptual_get_style_weight (p, 2), ==, 0);
  g_assert_cmpfloat (sg_perceptual_get_content_weight (p, 2), ==, 1);
  g_assert_cmpfloat (sg_perceptual_get_weight (p), ==, 3);
  g_assert_cmpint (sg_perceptual_get_crop (p), ==, 16);
}

/* --- running graphs ------------------------------------------------------------ */

static SgDevice *
open_device (SgBackendId backend)
{
  const SgDeviceConfig config = { .backend = backend, .n_threads = 2 };
  g_autoptr (GError) error = NULL;
  SgDevice *device = sg_device_open (&config, NULL, &error);

  g_assert_no_error (error);
  return device;
}

/* The outputs of @graph for @inputs. */
static void
run (SgGraph * graph, SgDevice * device, SgTensor * const *inputs,
    SgTensor ** outputs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = NULL;
  guint n = sg_graph_get_n_inputs (graph);
  g_autofree SgTensorDesc *descs = g_new0 (SgTensorDesc, n);

  for (guint i = 0; i < n; i++)
    descs[i] = *sg_graph_get_input_desc (graph, i);
  session = sg_session_new (graph, device, descs, n, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < sg_graph_get_n_outputs (graph); i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (session, i);

    outputs[i] = sg_tensor_new (desc->dtype, &desc->shape, &error);
  }
  g_assert_true (sg_session_run (session, inputs, outputs, &error));
  g_assert_no_error (error);
}

static SgTensor *
random_tensor (SgDType dtype, const SgShape * shape, const gchar * name,
    gdouble low, gdouble high)
{
  SgTensor *tensor = sg_tensor_new (dtype, shape, NULL);
  TestRng rng = test_rng (3, name);

  test_rng_fill (&rng, tensor, low, high);
  return tensor;
}

/* Features of layer 0 of @spec for a picture, [1,C,H,W]. */
static SgTensor *
features_of (const gchar * spec, SgTensor * picture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPerceptual) p = sg_perceptual_load (spec, &error);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU);
  SgBuild build = { graph, "test", SG_DTYPE_F32 };
  SgValue *features[4];
  SgTensor *result;

  g_assert_no_error (error);
  sg_perceptual_append (p, &build, sg_graph_add_input (graph, "rgb",
          SG_DTYPE_F32, &picture->desc.shape), features);
  g_assert_no_error (build.error);
  sg_graph_add_output (graph, "features", features[0]);
  run (graph, device, &picture, &result);
  return result;
}

/* "caffe" by weights (without padding) and by a convolution of its own (with), against
 * a picture that is already so. */
static void
test_conventions (void)
{
  g_autoptr (SgTensor) unit = random_tensor (SG_DTYPE_F32, SHAPE (1, 3, 12, 10),
      "picture", 0, 1);
  g_autoptr (SgTensor) caffe = sg_tensor_new (SG_DTYPE_F32,
      &unit->desc.shape, NULL);
  const gfloat means[] = { 104, 117, 123 };

  for (gint i = 0; i < 3 * 120; i++)
    ((gfloat *) caffe->data)[i] = 255 * ((gfloat *) unit->data)[(2 - i / 120)
        * 120 + i % 120] - means[i / 120];
  for (gint64 pad = 0; pad < 2; pad++) {
    g_autofree gchar *path = write_network (pad);
    g_autofree gchar *spec = g_strconcat (path, ":style=c1:input=caffe", NULL);
    g_autofree gchar *plain = g_strconcat (path, ":style=c1:input=unit", NULL);
    g_autoptr (SgTensor) got = features_of (spec, unit);
    g_autoptr (SgTensor) want = features_of (plain, caffe);

    for (gint64 i = 0; i < sg_tensor_elements (want); i++)
      g_assert_cmpfloat_with_epsilon (sg_tensor_get (got, i),
          sg_tensor_get (want, i), 1e-3);
  }
}

/* Fixed to [1,3,8,8] by its file. */
static void
test_sizes (void)
{
  g_autofree gchar *path = write_network (1);
  g_autofree gchar *spec = g_strconcat (path, ":style=r2,y:input=unit", NULL);
  g_autofree gchar *good = g_strconcat (path, ":style=r2:input=unit", NULL);
  g_autoptr (SgTensor) picture = random_tensor (SG_DTYPE_F32, SHAPE (2, 3, 20,
          14), "picture", 0, 1);
  g_autoptr (SgTensor) got = features_of (good, picture);
  g_autoptr (SgPerceptual) bad = sg_perceptual_load (spec, NULL);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgBuild build = { graph, "test", SG_DTYPE_F32 };
  SgValue *features[2];

  g_assert_true (sg_shape_equal (&got->desc.shape, SHAPE (2, 5, 10, 7)));
  g_assert_false (sg_perceptual_append (bad, &build, sg_graph_add_input (graph,
              "rgb", SG_DTYPE_F32, &picture->desc.shape), features));
  g_assert_error (build.error, SG_ERROR, SG_ERROR_SHAPE);
  g_assert_nonnull (strstr (build.error->message, "flat"));
  g_clear_error (&build.error);
}

/* --- terms by hand ------------------------------------------------------------- */

enum
{ GRAM, CONTENT, COLOR, VARIATION, CHECKERBOARD, RANGE, ABSOLUTE, TEMPORAL };

/* Term @which of inputs y, x, flow and mask; the first is what gradients are of. */
static SgValue *
append_term (SgBuild * b, gint which, SgValue * const *in)
{
  g_autoptr (SgTensor) gram = random_tensor (b->dtype, SHAPE (1, 3, 3), "gram",
      0.1, 0.5);
  g_autoptr (SgTensor) mean = random_tensor (b->dtype, SHAPE (1, 3, 1), "mean",
      0.1, 0.5);

  if (which == GRAM)
    return sg_build_mean_all (b, sg_loss_gram_distance (b, sg_loss_gram (b,
                in[0]), gram));
  if (which == CONTENT)
    return sg_build_mean_all (b, sg_loss_content (b, in[0], in[1]));
  if (which == COLOR)
    return sg_build_mean_all (b, sg_loss_color_distance (b, in[0], 4, mean,
            gram));
  if (which == VARIATION)
    return sg_loss_total_variation (b, in[0], in[1]);
  if (which == CHECKERBOARD)
    return sg_loss_checkerboard (b, in[0], in[1]);
  if (which == RANGE)
    return sg_loss_range (b, in[0]);
  if (which == ABSOLUTE)
    return sg_loss_absolute (b, in[0], in[1]);
  return sg_loss_temporal (b, in[0], in[2], in[3]);
}

#define N_INPUTS 4

static gdouble
value_of (gint which, SgTensor * const *tensors, SgTensor ** gradient)
{
  static const gchar *const names[N_INPUTS] = { "y", "x", "flow", "mask" };
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_REFERENCE);
  g_autoptr (GError) error = NULL;
  SgBuild build = { graph, "test", SG_DTYPE_F64 };
  SgValue *inputs[N_INPUTS], *loss, *dy;
  SgTensor *outputs[2] = { NULL, NULL };
  gdouble result;

  for (guint i = 0; i < N_INPUTS; i++)
    inputs[i] = sg_graph_add_input (graph, names[i], SG_DTYPE_F64,
        &tensors[i]->desc.shape);
  loss = append_term (&build, which, inputs);
  g_assert_no_error (build.error);
  g_assert_true (sg_autodiff (graph, loss, inputs, 1, &dy, &error));
  g_assert_no_error (error);
  sg_graph_add_output (graph, "loss", loss);
  sg_graph_add_output (graph, "gradient", dy);
  run (graph, device, tensors, outputs);
  result = sg_tensor_get (outputs[0], 0);
  g_assert_cmpint (sg_tensor_elements (outputs[0]), ==, 1);
  sg_tensor_unref (outputs[0]);
  if (gradient)
    *gradient = outputs[1];
  else
    sg_tensor_unref (outputs[1]);
  return result;
}

static void
make_inputs (SgTensor * tensors[N_INPUTS], gint64 n, gint64 size)
{
  tensors[0] = random_tensor (SG_DTYPE_F64, SHAPE (n, 3, size, size), "y",
      -0.2, 1.2);
  tensors[1] = random_tensor (SG_DTYPE_F64, SHAPE (n, 3, size, size), "x",
      0, 0.5);
  tensors[2] = random_tensor (SG_DTYPE_F64, SHAPE (n / 2, 2, size, size),
      "flow", -2, 2);
  tensors[3] = random_tensor (SG_DTYPE_F64, SHAPE (n / 2, 1, size, size),
      "mask", 0, 1);
}

static void
free_inputs (SgTensor * tensors[N_INPUTS])
{
  for (guint i = 0; i < N_INPUTS; i++)
    sg_tensor_unref (tensors[i]);
}

static void
test_gradients (void)
{
  SgTensor *tensors[N_INPUTS];
  g_autoptr (SgTensor) direction = NULL;
  const gdouble step = 1e-6;

  make_inputs (tensors, 2, 16);
  direction = random_tensor (SG_DTYPE_F64, &tensors[0]->desc.shape, "towards",
      -1, 1);
  for (gint which = GRAM; which <= TEMPORAL; which++) {
    gdouble *y = tensors[0]->data, *d = direction->data, want, got = 0;
    g_autoptr (SgTensor) gradient = NULL;

    value_of (which, tensors, &gradient);
    for (gint64 i = 0; i < sg_tensor_elements (direction); i++) {
      got += d[i] * sg_tensor_get (gradient, i);
      y[i] += step * d[i];
    }
    want = value_of (which, tensors, NULL);
    for (gint64 i = 0; i < sg_tensor_elements (direction); i++)
      y[i] -= 2 * step * d[i];
    want = (want - value_of (which, tensors, NULL)) / (2 * step);
    for (gint64 i = 0; i < sg_tensor_elements (direction); i++)
      y[i] += step * d[i];
    g_test_message ("term %d: %.9g, by differences %.9g", which, got, want);
    g_assert_cmpfloat (fabs (got - want), <=, 1e-5 * fabs (want) + 1e-9);
    g_assert_cmpfloat (fabs (got), >, 1e-6);
  }
  free_inputs (tensors);
}

static void
fill (SgTensor * tensor, gdouble value)
{
  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    sg_dtype_store (tensor->desc.dtype, tensor->data, i, value);
}

static void
test_by_hand (void)
{
  SgTensor *t[N_INPUTS];
  gdouble *y, *x;

  make_inputs (t, 2, 32);
  y = t[0]->data;
  x = t[1]->data;
  fill (t[0], 0.5);
  fill (t[1], 0.25);
  g_assert_cmpfloat (value_of (ABSOLUTE, t, NULL), ==, 0.25);
  g_assert_cmpfloat (value_of (RANGE, t, NULL), ==, 0);
  g_assert_cmpfloat (value_of (VARIATION, t, NULL), ==, 0);
  g_assert_cmpfloat (fabs (value_of (CHECKERBOARD, t, NULL)), <, 1e-9);
  /* 16 (0.25)^2 of 16 (0.25)^2 / 20: a flat picture's unit is its floor */
  g_assert_cmpfloat_with_epsilon (value_of (CONTENT, t, NULL), 20, 1e-3);
  fill (t[0], 1.2);
  g_assert_cmpfloat_with_epsilon (value_of (RANGE, t, NULL), 4, 1e-9);
  fill (t[0], -0.1);
  g_assert_cmpfloat_with_epsilon (value_of (RANGE, t, NULL), 1, 1e-9);
  /* columns that alternate between 0.4 and 0.6 */
  for (gint i = 0; i < 2 * 3 * 32 * 32; i++)
    y[i] = 0.4 + 0.2 * (i % 2);
  g_assert_cmpfloat_with_epsilon (value_of (VARIATION, t, NULL), 0.2, 1e-9);
  /* 0.1 from the mean at 2 px, and again at 4 */
  g_assert_cmpfloat_with_epsilon (value_of (CHECKERBOARD, t, NULL),
      0.1 * sqrt (2) - 1e-3, 1e-5);
  memcpy (x, y, sg_tensor_desc_bytes (&t[0]->desc));
  g_assert_cmpfloat (value_of (VARIATION, t, NULL), ==, 0);
  g_assert_cmpfloat (fabs (value_of (CHECKERBOARD, t, NULL)), <, 1e-9);
  g_assert_cmpfloat (value_of (CONTENT, t, NULL), ==, 0);
  free_inputs (t);
}

/* The second picture is the first, whose pixels were 3 to the right and 2 further
 * down; borders are masked. */
static void
test_temporal (void)
{
  SgTensor *t[N_INPUTS];
  gdouble *y, *flow, *mask;
  const gint n = 16 * 16;

  make_inputs (t, 2, 16);
  y = t[0]->data;
  flow = t[2]->data;
  mask = t[3]->data;
  for (gint i = 0; i < n; i++) {
    flow[i] = 3;
    flow[n + i] = 2;
    mask[i] = i % 16 < 13 && i / 16 < 14;
    for (gint c = 0; c < 3 && mask[i] != 0; c++)
      y[(3 + c) * n + i] = y[c * n + i + 2 * 16 + 3];
  }
  g_assert_cmpfloat (value_of (TEMPORAL, t, NULL), <, 1e-12);
  y[3 * n] += 1;
  g_assert_cmpfloat_with_epsilon (value_of (TEMPORAL, t, NULL),
      1 / (3.0 * n), 1e-9);
  fill (t[3], 0);
  g_assert_cmpfloat (value_of (TEMPORAL, t, NULL), ==, 0);
  free_inputs (t);
}

/* --- all together ---------------------------------------------------------------- */

#define STYLE_SIDE 48

typedef struct
{
  SgTrainConfig config;
  const gchar *networks[3];
  guint8 style[3 * STYLE_SIDE * STYLE_SIDE];
} Setup;

/* A picture of waves, so that parts are alike. */
static gdouble
wave (gint c, gint y, gint x)
{
  return 0.5 + 0.3 * sin (G_PI / 4 * (x + (c + 1) * y)) + 0.05 * c;
}

static void
set_up (Setup * s, const gchar * network)
{
  memset (s, 0, sizeof *s);
  s->config.size = SIZE;
  s->config.batch = 2;
  s->config.style_size = STYLE_SIDE;
  s->config.style = (SgPicture) {
  STYLE_SIDE, STYLE_SIDE, s->style};
  s->config.loss_networks = s->networks;
  s->networks[0] = network;
  for (guint i = 0; i < SG_N_LOSSES; i++)
    s->config.weight[i] = 1;
  for (gint i = 0; i < STYLE_SIDE * STYLE_SIDE; i++)
    for (gint c = 0; c < 3; c++)
      s->style[3 * i + c] = (guint8) (255 * wave (c, i / STYLE_SIDE,
              i % STYLE_SIDE) + 0.5);
}

static SgTensor *
picture (gint64 n, gboolean style, const gchar * name)
{
  SgTensor *tensor = random_tensor (SG_DTYPE_F32, SHAPE (n, 3, SIZE, SIZE),
      name, 0, 1);

  for (gint i = 0; style && i < n * 3 * SIZE * SIZE; i++)
    ((gfloat *) tensor->data)[i] = (gfloat) wave (i / SIZE / SIZE % 3,
        i / SIZE % SIZE, i % SIZE);
  return tensor;
}

/* All terms for pictures @y of @x; NaN where there is none. */
static void
measure (const Setup * s, SgTensor * y, SgTensor * x, gdouble * terms)
{
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLosses) losses = sg_losses_new (&s->config, device, &error);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  gint64 half = x->desc.shape.dim[0] / 2;
  SgBuild build = { graph, "test", SG_DTYPE_F32 };
  SgValue *values[SG_N_LOSSES];
  SgTensor *inputs[16], *outputs[SG_N_LOSSES];
  SgLossInputs in = { 0 };
  guint n = 0, n_inputs;

  g_assert_no_error (error);
  in.x = sg_graph_add_input (graph, "x", SG_DTYPE_F32, &x->desc.shape);
  in.y = sg_graph_add_input (graph, "y", SG_DTYPE_F32, &y->desc.shape);
  inputs[n++] = sg_tensor_ref (x);
  inputs[n++] = sg_tensor_ref (y);
  if (half > 0) {
    in.flow = sg_graph_add_input (graph, "flow", SG_DTYPE_F32, SHAPE (half, 2,
            SIZE, SIZE));
    in.mask = sg_graph_add_input (graph, "mask", SG_DTYPE_F32, SHAPE (half, 1,
            SIZE, SIZE));
    inputs[n++] = sg_tensor_new (SG_DTYPE_F32, &in.flow->desc.shape, NULL);
    inputs[n++] = sg_tensor_new (SG_DTYPE_F32, &in.mask->desc.shape, NULL);
    fill (inputs[n - 1], 1);
  }
  g_assert_true (sg_losses_append (losses, &build, &in, values));
  n_inputs = n + sg_losses_get_n_inputs (losses);
  g_assert_cmpuint (sg_graph_get_n_inputs (graph), ==, n_inputs);
  for (guint i = n; i < n_inputs; i++) {
    const SgTensorDesc *desc = sg_losses_get_input_desc (losses, i - n);

    inputs[i] = sg_tensor_new (desc->dtype, &desc->shape, NULL);
  }
  sg_losses_draw (losses, 5, 6, inputs + n);
  n = 0;
  for (guint i = 0; i < SG_N_LOSSES; i++)
    if (values[i])
      sg_graph_add_output (graph, sg_loss_get_name ((SgLoss) i), values[i]);
  run (graph, device, inputs, outputs);
  for (guint i = 0; i < SG_N_LOSSES; i++) {
    terms[i] = NAN;
    if (values[i] == NULL)
      continue;
    g_assert_cmpint (sg_tensor_elements (outputs[n]), ==, 1);
    terms[i] = sg_tensor_get (outputs[n], 0);
    sg_tensor_unref (outputs[n++]);
  }
  for (guint i = 0; i < n_inputs; i++)
    sg_tensor_unref (inputs[i]);
}

static gchar *
network_spec (void)
{
  g_autofree gchar *path = write_network (0);

  return g_strconcat (path, ":style=r1,r2:content=r2:input=unit", NULL);
}

static void
test_alike (void)
{
  g_autofree gchar *spec = network_spec ();
  g_autoptr (SgTensor) x = picture (2, FALSE, "x");
  g_autoptr (SgTensor) style = picture (2, TRUE, "style");
  gdouble same[SG_N_LOSSES], styled[SG_N_LOSSES];
  Setup s;

  set_up (&s, spec);
  measure (&s, x, x, same);
  measure (&s, style, x, styled);
  for (guint i = 0; i < SG_N_LOSSES; i++)
    g_test_message ("%s: %g, as the style %g", sg_loss_get_name ((SgLoss) i),
        same[i], styled[i]);
  g_assert_cmpfloat (same[SG_LOSS_CONTENT], ==, 0);
  g_assert_cmpfloat (same[SG_LOSS_RECONSTRUCTION], ==, 0);
  g_assert_cmpfloat (same[SG_LOSS_TV], ==, 0);
  g_assert_cmpfloat (same[SG_LOSS_STYLE], >, 0.1);
  g_assert_cmpfloat (same[SG_LOSS_COLOR], >, 0.1);
  g_assert_cmpfloat (styled[SG_LOSS_STYLE], <, 1e-3);
  g_assert_cmpfloat (styled[SG_LOSS_COLOR], <, 1e-2);
  g_assert_cmpfloat (styled[SG_LOSS_TEMPORAL], <, 1e-6);
  g_assert_cmpfloat (styled[SG_LOSS_CONTENT], >, 0.1);
  g_assert_true (isnan (same[SG_LOSS_ADVERSARIAL]));
}

/* The loss of two images is the mean of the losses of each. */
static void
test_batch (void)
{
  g_autofree gchar *spec = network_spec ();
  g_autoptr (SgTensor) x = picture (2, FALSE, "x");
  g_autoptr (SgTensor) y = picture (2, FALSE, "y");
  gdouble both[SG_N_LOSSES], each[2][SG_N_LOSSES];
  const gsize n = 3 * SIZE * SIZE;
  Setup s;

  set_up (&s, spec);
  /* one of them nearly flat */
  for (gsize i = n; i < 2 * n; i++)
    ((gfloat *) x->data)[i] = 0.5f + 0.01f * ((gfloat *) x->data)[i];
  measure (&s, y, x, both);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (SgTensor) one_x = sg_tensor_new_copy (SG_DTYPE_F32, SHAPE (1, 3,
            SIZE, SIZE), (gfloat *) x->data + i * n, NULL);
    g_autoptr (SgTensor) one_y = sg_tensor_new_copy (SG_DTYPE_F32, SHAPE (1, 3,
            SIZE, SIZE), (gfloat *) y->data + i * n, NULL);

    measure (&s, one_y, one_x, each[i]);
  }
  g_assert_true (isnan (each[0][SG_LOSS_TEMPORAL]));
  for (guint i = 0; i < SG_LOSS_TEMPORAL; i++)
    g_assert_cmpfloat (fabs (both[i] - (each[0][i] + each[1][i]) / 2), <=,
        1e-5 * fabs (both[i]));
}

static void
test_off (void)
{
  g_autofree gchar *spec = network_spec ();
  g_autoptr (SgTensor) x = picture (2, FALSE, "x");
  gdouble terms[SG_N_LOSSES];
  Setup s;

  for (guint off = 0; off < SG_LOSS_ADVERSARIAL; off++) {
    set_up (&s, spec);
    s.config.weight[off] = 0;
    measure (&s, x, x, terms);
    for (guint i = 0; i < SG_LOSS_ADVERSARIAL; i++)
      g_assert_true (!!isnan (terms[i]) == (i == off));
  }
  /* then nothing need be there */
  memset (&s.config.weight, 0, sizeof s.config.weight);
  s.config.weight[SG_LOSS_TV] = 1;
  s.config.loss_networks = NULL;
  s.config.style.rgb = NULL;
  measure (&s, x, x, terms);
  g_assert_cmpfloat (terms[SG_LOSS_TV], ==, 0);
  g_assert_true (isnan (terms[SG_LOSS_STYLE]));
}

static void
assert_config_refused (const Setup * s, const gchar * word)
{
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLosses) losses = sg_losses_new (&s->config, device, &error);

  g_assert_null (losses);
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_config (void)
{
  g_autofree gchar *spec = network_spec ();
  g_autofree gchar *none = g_strconcat (spec, ":content=", NULL);
  Setup s;

  set_up (&s, none);
  assert_config_refused (&s, "content");
  set_up (&s, NULL);
  assert_config_refused (&s, "loss_networks");
  set_up (&s, spec);
  s.config.style.rgb = NULL;
  assert_config_refused (&s, "style");
  set_up (&s, spec);
  s.config.style_size = 0;
  assert_config_refused (&s, "style_size");
  set_up (&s, spec);
  s.config.size = 30;
  assert_config_refused (&s, "size");
}

/* Two networks, one of them cropped; several style sizes. */
static void
test_networks (void)
{
  g_autofree gchar *spec = network_spec ();
  g_autofree gchar *cropped = g_strconcat (spec,
      ":content=:crop=12:weight=0.5", NULL);
  g_autoptr (SgTensor) style = picture (2, TRUE, "style");
  gdouble terms[SG_N_LOSSES], one[SG_N_LOSSES];
  Setup s;

  set_up (&s, spec);
  measure (&s, style, style, one);
  s.networks[1] = cropped;
  measure (&s, style, style, terms);
  g_assert_cmpfloat (terms[SG_LOSS_STYLE], <, 0.05);
  g_assert_cmpfloat (terms[SG_LOSS_CONTENT], ==, one[SG_LOSS_CONTENT]);
  g_assert_cmpfloat (terms[SG_LOSS_COLOR], ==, one[SG_LOSS_COLOR]);
  for (gint size = 33; size < 150; size += 37) {
    s.config.style_size = size;
    measure (&s, style, style, terms);
    g_assert_cmpfloat (terms[SG_LOSS_STYLE], >=, 0);
  }
}

/* --- views ------------------------------------------------------------------------ */

static void
test_draw (void)
{
  g_autofree gchar *spec = network_spec ();
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLosses) losses = NULL;
  g_autoptr (GPtrArray) tensors = g_ptr_array_new_with_free_func (
      (GDestroyNotify) sg_tensor_unref);
  guint seen = 0, differ = 0, n;
  Setup s;

  set_up (&s, spec);
  losses = sg_losses_new (&s.config, device, &error);
  g_assert_no_error (error);
  n = sg_losses_get_n_inputs (losses);
  for (guint i = 0; i < n; i++) {
    const SgTensorDesc *desc = sg_losses_get_input_desc (losses, i);

    g_ptr_array_add (tensors, sg_tensor_new (desc->dtype, &desc->shape, NULL));
  }
  for (guint64 step = 0; step < 64; step++) {
    const SgTensor *view = g_ptr_array_index (tensors, 0);
    gint64 row, column;

    sg_losses_draw (losses, 1, step, (SgTensor **) tensors->pdata);
    row = sg_tensor_get_i64 (view, 0);
    column = sg_tensor_get_i64 (view, 1);
    g_assert_true (row >= 0 && row < 8 && column >= 0 && column < 8);
    seen |= 1u << row;
    differ += row != column;
    sg_losses_draw (losses, 1, step, (SgTensor **) tensors->pdata);
    g_assert_cmpint (sg_tensor_get_i64 (view, 0), ==, row);
    g_assert_cmpint (sg_tensor_get_i64 (view, 1), ==, column);
  }
  g_assert_cmpuint (differ, >, 32);
  g_assert_cmpuint (seen, ==, 0xff);
}

/* --- real networks ------------------------------------------------------------------ */

static void
test_real (gconstpointer name)
{
  g_autofree gchar *path = test_data_file (name);
  g_autoptr (SgTensor) x = picture (2, FALSE, "x");
  g_autoptr (SgTensor) style = picture (2, TRUE, "style");
  gdouble same[SG_N_LOSSES], styled[SG_N_LOSSES];
  Setup s;

  if (path == NULL) {
    g_test_skip ("there is no test data");
    return;
  }
  set_up (&s, path);
  s.config.size = SIZE;
  measure (&s, x, x, same);
  measure (&s, style, x, styled);
  g_test_message ("style %g and %g, content %g", same[SG_LOSS_STYLE],
      styled[SG_LOSS_STYLE], styled[SG_LOSS_CONTENT]);
  g_assert_cmpfloat (same[SG_LOSS_CONTENT], ==, 0);
  g_assert_cmpfloat (styled[SG_LOSS_STYLE], <, 0.5 * same[SG_LOSS_STYLE]);
  g_assert_cmpfloat (styled[SG_LOSS_CONTENT], >, 0.1);
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

gint
main (gint argc, gchar ** argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("losses-XXXXXX", NULL);
  g_test_add_func ("/perceptual/refused", test_refused);
  g_test_add_func ("/perceptual/options", test_options);
  g_test_add_func ("/perceptual/conventions", test_conventions);
  g_test_add_func ("/perceptual/sizes", test_sizes);
  g_test_add_func ("/losses/gradients", test_gradients);
  g_test_add_func ("/losses/by-hand", test_by_hand);
  g_test_add_func ("/losses/temporal", test_temporal);
  g_test_add_func ("/losses/alike", test_alike);
  g_test_add_func ("/losses/batch", test_batch);
  g_test_add_func ("/losses/off", test_off);
  g_test_add_func ("/losses/config", test_config);
  g_test_add_func ("/losses/networks", test_networks);
  g_test_add_func ("/losses/draw", test_draw);
  g_test_add_data_func ("/losses/squeezenet", "perceptual/squeezenet1_1.onnx",
      test_real);
  g_test_add_data_func ("/losses/vgg",
      "perceptual/vgg19_normalised_relu3_1.onnx", test_real);
  result = g_test_run ();
  remove_folder ();
  return result;
}
