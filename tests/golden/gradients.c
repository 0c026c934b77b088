/* gst-stylegan: gradients and training steps against PyTorch's
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   gradients FILE
 *
 * make-gradients.py wrote FILE and says what the network is; this builds the same. */
#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>
#include <sg/session.h>

#include "ops/adam.h"
#include "ops/conv.h"
#include "ops/leaky_relu.h"
#include "ops/normalize.h"
#include "ops/pad.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/resize.h"
#include "ops/split.h"
#include "ops/transpose.h"
#include "train/autodiff.h"

/* Of the largest gradient; some twenty layers of f32, there and back, between. */
#define MAX_GRADIENT_ERROR 2e-5
/* Of the loss, in steps that amplify what the ones before rounded. */
#define MAX_LOSS_ERROR 1e-4
#define MAX_PARAMETERS 16
#define WIDTH 16
#define HEIGHT 12

static JsonObject *golden;

/* --- the file ------------------------------------------------------------- */

static SgTensor *
load (const gchar * name, const SgShape * shape)
{
  JsonArray *array = json_object_get_array_member (golden, name);
  SgShape flat = SG_SHAPE (json_array_get_length (array));
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, shape ? shape : &flat, NULL);

  g_assert_cmpint (sg_tensor_elements (tensor), ==, flat.dim[0]);
  for (gint64 i = 0; i < flat.dim[0]; i++)
    ((gfloat *) tensor->data)[i] =
        (gfloat) json_array_get_double_element (array, (guint) i);
  return tensor;
}

static SgShape
parameter_shape (guint index)
{
  JsonArray *shape = json_array_get_array_element (json_object_get_array_member
      (golden, "shapes"), index);
  SgShape s = { (gint) json_array_get_length (shape), {0} };

  for (gint i = 0; i < s.rank; i++)
    s.dim[i] = json_array_get_int_element (shape, (guint) i);
  return s;
}

static gdouble
golden_loss (guint step)
{
  return json_array_get_double_element (json_object_get_array_member (golden,
          "losses"), step);
}

/* --- the network ---------------------------------------------------------- */

typedef struct
{
  SgGraph *graph;
  SgValue *parameters[MAX_PARAMETERS];
  guint next;                   /* parameter */
  SgValue *weights[4];          /* of the loss network */
} Net;

static SgValue *const *
nodes (Net * net, const gchar * op, gconstpointer attrs, guint n_outputs,
    guint n, ...)
{
  g_autoptr (GError) error = NULL;
  SgValue *inputs[8];
  SgValue *const *outputs;
  va_list args;

  va_start (args, n);
  for (guint i = 0; i < n; i++)
    inputs[i] = va_arg (args, SgValue *);
  va_end (args);
  outputs = sg_graph_add_node (net->graph, op, op, attrs, inputs, n, n_outputs,
      &error);
  g_assert_no_error (error);
  return outputs;
}

#define NODE(op, attrs, n, ...) nodes (net, op, attrs, 1, n, __VA_ARGS__)[0]

static SgValue *
constant (Net * net, SgTensor * tensor)
{
  SgValue *value = sg_graph_add_constant (net->graph, NULL, tensor);

  sg_tensor_unref (tensor);
  return value;
}

static SgValue *
ints (Net * net, guint n, const gint64 * values)
{
  return constant (net, sg_tensor_new_i64 (values, n));
}

static SgValue *
scalar (Net * net, gdouble value)
{
  return constant (net, sg_tensor_new_f32_scalar ((gfloat) value));
}

static SgValue *
reshape (Net * net, SgValue * x, const SgShape * shape)
{
  const SgReshapeAttrs attrs = { 0 };

  return NODE ("reshape", &attrs, 2, x, ints (net, (guint) shape->rank,
          shape->dim));
}

static SgValue *
next_parameter (Net * net)
{
  return net->parameters[net->next++];
}

static SgValue *
pad (Net * net, SgValue * x, SgPadMode mode)
{
  const gint64 pads[] = { 0, 0, 1, 1, 0, 0, 1, 1 };
  const SgPadAttrs attrs = { mode };

  return NODE ("pad", &attrs, 2, x, ints (net, 8, pads));
}

static SgValue *
conv (Net * net, SgValue * x, gint64 stride, gint64 dilation, gint64 pads,
    SgValue * w, SgValue * b)
{
  const SgConvAttrs attrs = { .window = {.stride = {stride, stride},
      .dilation = {dilation, dilation}, .pad_begin = {pads, pads},
      .pad_end = {pads, pads}}, .group = 1
  };

  return NODE ("conv", &attrs, b ? 3 : 2, x, w, b);
}

static SgValue *
norm (Net * net, SgValue * x)
{
  const SgInstanceNormAttrs attrs = { 1e-5f };
  SgValue *scale = next_parameter (net), *bias = next_parameter (net);

  return NODE ("instance_norm", &attrs, 3, x, scale, bias);
}

static SgValue *
next_conv (Net * net, SgValue * x, gint64 stride, gint64 pads)
{
  SgValue *w = next_parameter (net), *b = next_parameter (net);

  return conv (net, x, stride, 1, pads, w, b);
}

static SgValue *
pool (Net * net, const gchar * op, SgValue * x)
{
  const SgPoolAttrs attrs = { .window = {.n_spatial = 2, .kernel = {2, 2},
      .stride = {2, 2}}
  };

  return NODE (op, &attrs, 1, x);
}

static SgValue *
generator (Net * net, SgValue * x)
{
  const SgLeakyReluAttrs leaky = { 0.2f };
  const SgConvTransposeAttrs up = { .window = {.stride = {2, 2},
      .pad_begin = {1, 1}, .pad_end = {1, 1}}, .group = 1,
  .output_padding = {1, 1}
  };
  const SgResizeAttrs nearest = { .mode = SG_RESIZE_NEAREST,
    .coordinates = SG_RESIZE_ASYMMETRIC, .nearest = SG_RESIZE_FLOOR
  };
  const gfloat scales[] = { 1, 1, 2, 2 };
  SgValue *y, *w;

  x = next_conv (net, pad (net, x, SG_PAD_REFLECT), 1, 0);
  x = NODE ("relu", NULL, 1, norm (net, x));
  x = next_conv (net, x, 2, 1);
  x = NODE ("leaky_relu", &leaky, 1, norm (net, x));
  y = conv (net, x, 1, 2, 2, next_parameter (net), NULL);
  x = NODE ("add", NULL, 2, x, NODE ("relu", NULL, 1, norm (net, y)));
  w = next_parameter (net);
  x = NODE ("conv_transpose", &up, 3, x, w, next_parameter (net));
  x = NODE ("resize", &nearest, 3, x, NULL, constant (net,
          sg_tensor_new_f32 (scales, 4)));
  x = next_conv (net, pad (net, x, SG_PAD_EDGE), 1, 0);
  return pool (net, "average_pool", NODE ("tanh", NULL, 1, x));
}

/* --- the loss ------------------------------------------------------------- */

static void
features (Net * net, SgValue * x, SgValue ** a, SgValue ** b)
{
  *a = NODE ("relu", NULL, 1, conv (net, x, 1, 1, 1, net->weights[0],
          net->weights[1]));
  *b = NODE ("relu", NULL, 1, conv (net, pool (net, "max_pool", *a), 1, 1, 1,
          net->weights[2], net->weights[3]));
}

static SgValue *
gram (Net * net, SgValue * x, gint64 channels, gint64 pixels)
{
  const SgTransposeAttrs swap = { .n_perm = 2, .perm = {1, 0} };
  SgShape matrix = SG_SHAPE (channels, pixels);
  SgValue *flat = reshape (net, x, &matrix);

  return NODE ("mul", NULL, 2, NODE ("matmul", NULL, 2, flat,
          NODE ("transpose", &swap, 1, flat)), scalar (net,
          1.0 / (gdouble) pixels));
}

static SgValue *
sum_of_squares (Net * net, SgValue * x)
{
  const SgReduceAttrs all = { 0 };

  return NODE ("reduce_sum", &all, 1, NODE ("pow", NULL, 2, x, scalar (net,
              2)));
}

static SgValue *
gram_loss (Net * net, SgValue * got, SgValue * want, gint64 channels,
    gint64 pixels)
{
  SgValue *a = gram (net, got, channels, pixels);
  SgValue *b = gram (net, want, channels, pixels);

  return NODE ("div", NULL, 2, sum_of_squares (net, NODE ("sub", NULL, 2, a,
              b)), sum_of_squares (net, b));
}

static SgValue *
loss_of (Net * net, SgValue * x, SgValue * style)
{
  const SgReduceAttrs all = { 0 };
  SgValue *got[2], *content[2], *want[2], *d, *loss;

  features (net, generator (net, x), &got[0], &got[1]);
  features (net, x, &content[0], &content[1]);
  features (net, style, &want[0], &want[1]);
  d = NODE ("sub", NULL, 2, got[1], content[1]);
  loss = NODE ("reduce_mean", &all, 1, NODE ("mul", NULL, 2, d, d));
  loss = NODE ("add", NULL, 2, loss, gram_loss (net, got[0], want[0], 6,
          WIDTH * HEIGHT));
  return NODE ("add", NULL, 2, loss, gram_loss (net, got[1], want[1], 8,
          WIDTH * HEIGHT / 4));
}

/* --- the training step ----------------------------------------------------- */

/* @value cut into tensors of @shapes. */
static void
cut (Net * net, SgValue * value, const SgShape * shapes, guint n,
    SgValue ** parts)
{
  const SgSplitAttrs attrs = { 0 };
  gint64 sizes[MAX_PARAMETERS];
  SgValue *const *rows;

  for (guint i = 0; i < n; i++)
    sizes[i] = sg_shape_elements (&shapes[i]);
  rows = nodes (net, "split", &attrs, n, 2, value, ints (net, n, sizes));
  for (guint i = 0; i < n; i++)
    parts[i] = reshape (net, rows[i], &shapes[i]);
}

enum
{ PARAMETERS, M, V, STEP, N_STATES };

/* Inputs: the states, the image, the rate. Outputs: the states, loss, gradients. */
static SgGraph *
build (gint64 n)
{
  static const gchar *const names[] = { "parameters", "m", "v", "step" };
  const SgShape one = SG_SHAPE (1), image = SG_SHAPE (1, 3, HEIGHT, WIDTH);
  const SgShape row = SG_SHAPE (n);
  const SgShape loss_shapes[] = { SG_SHAPE (6, 3, 3, 3), SG_SHAPE (6),
    SG_SHAPE (8, 6, 3, 3), SG_SHAPE (8)
  };
  const SgAdamAttrs adam = { 0.9f, 0.999f, 1e-8f };
  guint n_shapes = json_array_get_length (json_object_get_array_member (golden,
          "shapes"));
  g_autoptr (GError) error = NULL;
  SgShape shapes[MAX_PARAMETERS];
  SgValue *inputs[N_STATES], *x, *rate, *loss, *gradients;
  SgValue *const *next;
  Net self = { sg_graph_new () }, *net = &self;

  for (guint i = 0; i < N_STATES; i++)
    inputs[i] = sg_graph_add_input (net->graph, names[i], SG_DTYPE_F32,
        i == STEP ? &one : &row);
  x = sg_graph_add_input (net->graph, "x", SG_DTYPE_F32, &image);
  rate = sg_graph_add_input (net->graph, "rate", SG_DTYPE_F32, &one);
  for (guint i = 0; i < n_shapes; i++)
    shapes[i] = parameter_shape (i);
  cut (net, inputs[PARAMETERS], shapes, n_shapes, net->parameters);
  cut (net, constant (net, load ("weights", NULL)), loss_shapes, 4,
      net->weights);
  loss = loss_of (net, x, constant (net, load ("style", &image)));
  g_assert_cmpuint (net->next, ==, n_shapes);
  g_assert_true (sg_autodiff (net->graph, loss, &inputs[PARAMETERS], 1,
          &gradients, &error));
  g_assert_no_error (error);
  next = nodes (net, "adam", &adam, N_STATES, 6, inputs[PARAMETERS], gradients,
      inputs[M], inputs[V], inputs[STEP], rate);
  for (guint i = 0; i < N_STATES; i++)
    sg_graph_add_output (net->graph, names[i], next[i]);
  sg_graph_add_output (net->graph, "loss", loss);
  sg_graph_add_output (net->graph, "gradients", gradients);
  return net->graph;
}

static void
check_gradients (const SgTensor * got)
{
  g_autoptr (SgTensor) want = load ("gradients", NULL);
  gdouble largest = 0, worst = 0;

  for (gint64 i = 0; i < sg_tensor_elements (want); i++) {
    largest = MAX (largest, fabs (sg_tensor_get (want, i)));
    worst = MAX (worst, fabs (sg_tensor_get (want, i)
            - sg_tensor_get (got, i)));
  }
  g_test_message ("gradients: off by %.3g of the largest", worst / largest);
  g_assert_true (sg_tensor_is_finite (got));
  g_assert_cmpfloat (worst, <=, MAX_GRADIENT_ERROR * largest);
}

#define N_INPUTS (N_STATES + 2)
#define N_OUTPUTS (N_STATES + 2)

static void
test_backend (gconstpointer data)
{
  const SgDeviceConfig config = { .backend = (SgBackendId)
    GPOINTER_TO_INT (data), .n_threads = 2
  };
  const SgShape image = SG_SHAPE (1, 3, HEIGHT, WIDTH);
  g_autoptr (SgTensor) start = load ("parameters", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = sg_device_open (&config, NULL, &error);
  g_autoptr (SgGraph) graph = build (sg_tensor_elements (start));
  g_autoptr (SgSession) session = NULL;
  gfloat rate = (gfloat) json_object_get_double_member (golden, "rate");
  guint n_steps = json_array_get_length (json_object_get_array_member (golden,
          "losses"));
  SgTensor *inputs[N_INPUTS], *outputs[N_OUTPUTS];
  SgTensorDesc descs[N_INPUTS];

  g_assert_no_error (error);
  for (guint i = 0; i < N_INPUTS; i++) {
    descs[i] = *sg_graph_get_input_desc (graph, i);
    inputs[i] = i == PARAMETERS ? sg_tensor_ref (start)
        : i == N_STATES ? load ("x", &image)
        : sg_tensor_new (SG_DTYPE_F32, &descs[i].shape, NULL);
    if (i == N_STATES + 1)
      *(gfloat *) inputs[i]->data = rate;
    else if (i > PARAMETERS && i < N_STATES)
      memset (inputs[i]->data, 0, sg_tensor_desc_bytes (&descs[i]));
  }
  session = sg_session_new (graph, device, descs, N_INPUTS, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_OUTPUTS; i++)
    outputs[i] = sg_tensor_new (SG_DTYPE_F32,
        &sg_session_get_output_desc (session, i)->shape, NULL);
  for (guint step = 0; step < n_steps; step++) {
    gdouble loss, want = golden_loss (step);

    g_assert_true (sg_session_run (session, inputs, outputs, &error));
    loss = sg_tensor_get (outputs[N_STATES], 0);
    g_test_message ("step %u: loss %.7g, PyTorch's %.7g", step, loss, want);
    g_assert_cmpfloat (fabs (loss - want), <=, MAX_LOSS_ERROR * want);
    if (step == 0)
      check_gradients (outputs[N_STATES + 1]);
    for (guint i = 0; i < N_STATES; i++) {
      SgTensor *swap = inputs[i];

      inputs[i] = outputs[i];
      outputs[i] = swap;
    }
  }
  g_assert_cmpfloat (sg_tensor_get (inputs[STEP], 0), ==, n_steps);
  for (guint i = 0; i < N_INPUTS; i++)
    sg_tensor_unref (inputs[i]);
  for (guint i = 0; i < N_OUTPUTS; i++)
    sg_tensor_unref (outputs[i]);
}

gint
main (gint argc, gchar ** argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  json_parser_load_from_file (parser, argv[1], &error);
  g_assert_no_error (error);
  golden = json_node_get_object (json_parser_get_root (parser));
  g_test_add_data_func ("/gradients/cpu", GINT_TO_POINTER (SG_BACKEND_CPU),
      test_backend);
  g_test_add_data_func ("/gradients/reference",
      GINT_TO_POINTER (SG_BACKEND_REFERENCE), test_backend);
  return g_test_run ();
}
