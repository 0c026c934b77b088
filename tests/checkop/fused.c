/* gst-stylegan: checkop, what the planner fuses
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Small graphs as style networks have them. Each is run as it is written on the
 * reference, and with fusion on every backend: the pictures must agree, and the
 * operators that are to be fused must be gone. */
#include "harness.h"

#include <string.h>

#include "graph/graph.h"
#include "ops/conv.h"
#include "ops/conv_grad_weights.h"
#include "ops/crop.h"
#include "ops/depth_to_space.h"
#include "ops/leaky_relu.h"
#include "ops/normalize.h"
#include "ops/pad.h"
#include "ops/reshape.h"
#include "ops/resize.h"
#include "ops/transpose.h"
#include "util/shape.h"

/* A graph being built: a chain with @x at its end. */
typedef struct
{
  SgGraph *graph;
  SgValue *x;
  gint64 channels;
  TestRng rng;
  GError *error;
} Net;

typedef struct
{
  const gchar *name;
  gint64 shape[4];              /* of the input */
  void (*build) (Net * net);
  /* Operators that no step of the fused session may be on a backend other than
   * the reference. */
  const gchar *gone;
  const gchar *gone_on_cpu;     /* these too; may be NULL */
} FusedCase;

/* --- building ------------------------------------------------------------- */

static SgValue *
net_constant (Net * net, const SgShape * shape, gdouble low, gdouble high)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32, shape, NULL);

  test_rng_fill (&net->rng, tensor, low, high);
  return sg_graph_add_constant (net->graph, NULL, tensor);
}

static SgValue *
net_ints (Net * net, const gint64 * values, gsize n)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new_i64 (values, n);

  return sg_graph_add_constant (net->graph, NULL, tensor);
}

static void
net_node (Net * net, const gchar * op, gconstpointer attrs,
    SgValue * const *inputs, guint n_inputs)
{
  SgValue *const *outputs;

  if (net->error)
    return;
  outputs = sg_graph_add_node (net->graph, op, NULL, attrs, inputs, n_inputs,
      1, &net->error);
  if (outputs)
    net->x = outputs[0];
}

static void
net_unary (Net * net, const gchar * op, gconstpointer attrs)
{
  net_node (net, op, attrs, &net->x, 1);
}

static void
net_conv (Net * net, gint64 m, gint64 k, gint64 stride, gint64 pad)
{
  SgConvAttrs attrs = { .group = 1, .window = {.stride = {stride, stride},
      .pad_begin = {pad, pad}, .pad_end = {pad, pad}}
  };
  gdouble wide = 1.5 / k;
  SgValue *inputs[3];

  inputs[0] = net->x;
  inputs[1] = net_constant (net, SHAPE (m, net->channels, k, k), -wide, wide);
  inputs[2] = net_constant (net, SHAPE (m), -1, 1);
  net_node (net, "conv", &attrs, inputs, 3);
  net->channels = m;
}

/* 3x3, stride 2, to twice the size. */
static void
net_conv_transpose (Net * net, gint64 m)
{
  SgConvTransposeAttrs attrs = { .group = 1, .output_padding = {1, 1},
  .window = {.stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}}
  };
  SgValue *inputs[3];

  inputs[0] = net->x;
  inputs[1] = net_constant (net, SHAPE (net->channels, m, 3, 3), -0.5, 0.5);
  inputs[2] = net_constant (net, SHAPE (m), -1, 1);
  net_node (net, "conv_transpose", &attrs, inputs, 3);
  net->channels = m;
}

static void
net_pad (Net * net, SgPadMode mode, gint64 n)
{
  SgPadAttrs attrs = { mode };
  const gint64 pads[] = { 0, 0, n, n, 0, 0, n, n };
  SgValue *inputs[2] = { net->x, net_ints (net, pads, 8) };

  net_node (net, "pad", &attrs, inputs, 2);
}

static void
net_norm (Net * net)
{
  SgInstanceNormAttrs attrs = { 1e-5f };
  SgValue *inputs[3];

  inputs[0] = net->x;
  inputs[1] = net_constant (net, SHAPE (net->channels), 0.5, 1.5);
  inputs[2] = net_constant (net, SHAPE (net->channels), -1, 1);
  net_node (net, "instance_norm", &attrs, inputs, 3);
}

static void
net_batch_norm (Net * net)
{
  SgBatchNormAttrs attrs = { 1e-5f, 0.9f, FALSE };
  SgValue *inputs[5];

  inputs[0] = net->x;
  for (guint i = 1; i < 5; i++)
    inputs[i] = net_constant (net, SHAPE (net->channels), 0.5, 1.5);
  net_node (net, "batch_norm", &attrs, inputs, 5);
}

static void
net_add (Net * net, SgValue * other)
{
  SgValue *inputs[2] = { net->x, other };

  net_node (net, "add", NULL, inputs, 2);
}

/* @op with a constant per channel, or a scalar. */
static void
net_with_constant (Net * net, const gchar * op, gboolean scalar)
{
  SgValue *inputs[2];

  inputs[0] = net->x;
  inputs[1] = scalar ? net_constant (net, &SG_SHAPE_SCALAR, 0.5, 2)
      : net_constant (net, SHAPE (net->channels, 1, 1), 0.5, 2);
  net_node (net, op, NULL, inputs, 2);
}

static void
net_upsample (Net * net, gfloat factor)
{
  SgResizeAttrs attrs = { .mode = SG_RESIZE_NEAREST,
    .coordinates = SG_RESIZE_ASYMMETRIC, .nearest = SG_RESIZE_FLOOR
  };
  const gfloat scales[] = { 1, 1, factor, factor };
  g_autoptr (SgTensor) tensor = sg_tensor_new_f32 (scales, 4);
  SgValue *inputs[3] = { net->x, NULL, NULL };

  inputs[2] = sg_graph_add_constant (net->graph, NULL, tensor);
  net_node (net, "resize", &attrs, inputs, 3);
}

static void
net_shuffle (Net * net, gint64 block, gboolean crd)
{
  SgDepthToSpaceAttrs attrs = { .blocksize = block, .crd = crd };

  net_unary (net, "depth_to_space", &attrs);
  net->channels /= block * block;
}

static void
net_clip (Net * net, gfloat low, gfloat high)
{
  g_autoptr (SgTensor) a = sg_tensor_new_f32_scalar (low);
  g_autoptr (SgTensor) b = sg_tensor_new_f32_scalar (high);
  SgValue *inputs[3] = { net->x, sg_graph_add_constant (net->graph, NULL, a),
    sg_graph_add_constant (net->graph, NULL, b)
  };

  net_node (net, "clip", NULL, inputs, 3);
}

/* --- the graphs ----------------------------------------------------------- */

static void
build_pad_reflect_conv (Net * net)
{
  net_pad (net, SG_PAD_REFLECT, 1);
  net_conv (net, 16, 3, 1, 0);
}

static void
build_pad_edge_conv (Net * net)
{
  net_pad (net, SG_PAD_EDGE, 4);
  net_conv (net, 8, 9, 1, 0);
}

static void
build_pad_zero_conv (Net * net)
{
  net_pad (net, SG_PAD_CONSTANT, 1);
  net_conv (net, 16, 3, 2, 1);
}

/* The convolution pads with zeros what was padded by reflection: not one pad. */
static void
build_pad_reflect_conv_padded (Net * net)
{
  net_pad (net, SG_PAD_REFLECT, 1);
  net_conv (net, 8, 3, 1, 1);
}

static void
build_upsample_conv (Net * net)
{
  net_upsample (net, 2);
  net_conv (net, 16, 3, 1, 1);
}

static void
build_upsample_pad_conv (Net * net)
{
  net_upsample (net, 2);
  net_pad (net, SG_PAD_REFLECT, 1);
  net_conv (net, 16, 3, 1, 0);
}

static void
build_conv_relu (Net * net)
{
  net_conv (net, 16, 3, 1, 1);
  net_unary (net, "relu", NULL);
}

static void
build_conv_leaky_relu (Net * net)
{
  SgLeakyReluAttrs attrs = { 0.2f };

  net_conv (net, 16, 3, 1, 1);
  net_unary (net, "leaky_relu", &attrs);
}

static void
build_conv_clip (Net * net)
{
  net_conv (net, 16, 3, 1, 1);
  net_clip (net, 0, 1);
}

static void
build_conv_tanh (Net * net)
{
  net_conv (net, 3, 9, 1, 4);
  net_unary (net, "tanh", NULL);
}

static void
build_conv_sigmoid (Net * net)
{
  net_conv (net, 3, 3, 1, 1);
  net_unary (net, "sigmoid", NULL);
}

/* To pixels, as networks that end in tanh do. */
static void
build_conv_tanh_scale (Net * net)
{
  net_conv (net, 3, 9, 1, 4);
  net_unary (net, "tanh", NULL);
  net_with_constant (net, "mul", TRUE);
  net_with_constant (net, "add", TRUE);
}

static void
build_conv_add (Net * net)
{
  SgValue *skip = net->x;

  net_conv (net, net->channels, 3, 1, 1);
  net_add (net, skip);
}

static void
build_conv_add_relu (Net * net)
{
  build_conv_add (net);
  net_unary (net, "relu", NULL);
}

static void
build_conv_norm_relu (Net * net)
{
  net_conv (net, 16, 3, 1, 1);
  net_norm (net);
  net_unary (net, "relu", NULL);
}

static void
build_conv_norm_relu_conv (Net * net)
{
  build_conv_norm_relu (net);
  net_conv (net, 8, 3, 1, 1);
}

static void
build_conv_norm_relu_pad_conv (Net * net)
{
  build_conv_norm_relu (net);
  net_pad (net, SG_PAD_REFLECT, 1);
  net_conv (net, 8, 3, 1, 0);
}

static void
build_conv_norm_relu_upsample_pad_conv (Net * net)
{
  build_conv_norm_relu (net);
  net_upsample (net, 2);
  net_pad (net, SG_PAD_REFLECT, 1);
  net_conv (net, 8, 3, 1, 0);
}

/* Johnson et al. 2016 */
static void
build_residual_block (Net * net)
{
  SgValue *skip = net->x;
  gint64 channels = net->channels;

  for (gint i = 0; i < 2; i++) {
    net_pad (net, SG_PAD_REFLECT, 1);
    net_conv (net, channels, 3, 1, 0);
    net_norm (net);
    if (i == 0)
      net_unary (net, "relu", NULL);
  }
  net_add (net, skip);
}

static void
build_two_residual_blocks (Net * net)
{
  build_residual_block (net);
  build_residual_block (net);
  net_unary (net, "relu", NULL);
  net_conv (net, 3, 3, 1, 1);
}

static void
build_conv_batch_norm (Net * net)
{
  net_conv (net, 16, 3, 1, 1);
  net_batch_norm (net);
  net_unary (net, "relu", NULL);
}

static void
build_scaled_input (Net * net)
{
  net_with_constant (net, "sub", FALSE);
  net_with_constant (net, "div", FALSE);
  net_conv (net, 16, 3, 1, 1);
}

static void
build_shuffle (Net * net)
{
  net_conv (net, 16, 3, 1, 1);
  net_shuffle (net, 2, TRUE);
}

static void
build_shuffle_relu (Net * net)
{
  net_conv (net, 16, 3, 1, 1);
  net_unary (net, "relu", NULL);
  net_shuffle (net, 2, FALSE);
}

static void
build_transpose_norm_relu (Net * net)
{
  net_conv_transpose (net, 8);
  net_norm (net);
  net_unary (net, "relu", NULL);
  net_conv (net, 3, 3, 1, 1);
}

static void
build_norm_relu_transpose (Net * net)
{
  build_conv_norm_relu (net);
  net_conv_transpose (net, 8);
  net_unary (net, "tanh", NULL);
}

static void
build_whole_network (Net * net)
{
  net_pad (net, SG_PAD_REFLECT, 4);
  net_conv (net, 8, 9, 1, 0);
  net_norm (net);
  net_unary (net, "relu", NULL);
  net_pad (net, SG_PAD_REFLECT, 1);
  net_conv (net, 16, 3, 2, 0);
  net_norm (net);
  net_unary (net, "relu", NULL);
  build_residual_block (net);
  net_upsample (net, 2);
  net_pad (net, SG_PAD_REFLECT, 1);
  net_conv (net, 8, 3, 1, 0);
  net_norm (net);
  net_unary (net, "relu", NULL);
  net_pad (net, SG_PAD_REFLECT, 4);
  net_conv (net, 3, 9, 1, 0);
}

/* --- where fusing would be wrong ------------------------------------------ */

/* The value between is used twice. */
static void
build_shared_conv (Net * net)
{
  SgValue *shared;

  net_conv (net, 8, 3, 1, 1);
  shared = net->x;
  net_unary (net, "relu", NULL);
  net_add (net, shared);
}

static void
build_shared_norm (Net * net)
{
  SgValue *shared;

  build_conv_norm_relu (net);
  shared = net->x;
  net_conv (net, 16, 3, 1, 1);
  net_add (net, shared);
}

/* The value between is an output of the graph too. */
static void
build_output_between (Net * net)
{
  net_conv (net, 8, 3, 1, 1);
  sg_graph_add_output (net->graph, "between", net->x);
  net_norm (net);
  sg_graph_add_output (net->graph, "norm", net->x);
  net_unary (net, "relu", NULL);
}

static void
build_add_to_itself (Net * net)
{
  net_conv (net, 8, 3, 1, 1);
  net_add (net, net->x);
}

/* Broadcast, so no residual. */
static void
build_add_broadcast (Net * net)
{
  SgValue *shape = NULL;

  net_unary (net, "global_average_pool", NULL);
  shape = net->x;
  net->x = g_ptr_array_index (net->graph->inputs, 0);
  net_conv (net, net->channels, 3, 1, 1);
  net_add (net, shape);
}

static void
build_input_as_output (Net * net)
{
  sg_graph_add_output (net->graph, "same", net->x);
  net_unary (net, "identity", NULL);
  sg_graph_add_output (net->graph, "copy", net->x);
  net_unary (net, "relu", NULL);
}

/* A nearest-neighbour resize by 1.5 is no upsampling by a whole factor. */
static void
build_odd_upsample (Net * net)
{
  net_upsample (net, 1.5f);
  net_conv (net, 8, 3, 1, 1);
}

static void
net_flatten (Net * net)
{
  const SgReshapeAttrs attrs = { 0 };
  const gint64 flat[] = { 0, 0, -1 };
  SgValue *inputs[2] = { net->x, net_ints (net, flat, 3) };

  net_node (net, "reshape", &attrs, inputs, 2);
}

static SgValue *
net_swap (Net * net, SgValue * x)
{
  const SgTransposeAttrs swap = { .n_perm = 3, .perm = {0, 2, 1} };

  net_node (net, "transpose", &swap, &x, 1);
  return net->x;
}

static void
build_gram (Net * net)
{
  SgValue *inputs[2];

  net_flatten (net);
  inputs[0] = net->x;
  inputs[1] = net_swap (net, net->x);
  net_node (net, "matmul", NULL, inputs, 2);
}

/* As autodiff writes it. */
static void
build_gram_gradient (Net * net)
{
  SgValue *dy = net_constant (net, SHAPE (2, 8, 8), -1, 1);
  SgValue *rows, *columns, *sum[2];

  net_flatten (net);
  rows = net->x;
  columns = net_swap (net, rows);
  net_node (net, "matmul", NULL, (SgValue *[]) {
      dy, net_swap (net, columns)}, 2);
  sum[0] = net->x;
  net_node (net, "matmul", NULL, (SgValue *[]) {
      columns, dy}, 2);
  sum[1] = net_swap (net, net->x);
  net_node (net, "add", NULL, sum, 2);
}

static void
build_pad_conv_grad (Net * net)
{
  const SgConvGradAttrs attrs = { .window = {.n_spatial = 2, .kernel = {5, 5}},
  .group = 1
  };
  SgValue *inputs[2];

  net_pad (net, SG_PAD_REFLECT, 2);
  inputs[0] = net->x;
  inputs[1] = net_constant (net, SHAPE (2, 4, 9, 11), -1, 1);
  net_node (net, "conv_grad_weights", &attrs, inputs, 2);
}

static const FusedCase cases[] = {
  {"pad-reflect-conv", {1, 8, 17, 19}, build_pad_reflect_conv, "pad"},
  {"pad-edge-conv", {1, 3, 17, 19}, build_pad_edge_conv, "pad"},
  {"pad-zero-conv", {1, 8, 17, 19}, build_pad_zero_conv, "pad"},
  {"pad-reflect-conv-padded", {1, 8, 17, 19}, build_pad_reflect_conv_padded,
      ""},
  {"upsample-conv", {1, 8, 9, 11}, build_upsample_conv, "resize"},
  {"upsample-pad-conv", {1, 8, 9, 11}, build_upsample_pad_conv,
      "resize pad"},
  {"conv-relu", {1, 8, 17, 19}, build_conv_relu, "relu"},
  {"conv-leaky-relu", {1, 8, 17, 19}, build_conv_leaky_relu, "leaky_relu"},
  {"conv-clip", {1, 8, 17, 19}, build_conv_clip, "clip"},
  {"conv-tanh", {1, 8, 17, 19}, build_conv_tanh, "tanh"},
  {"conv-sigmoid", {1, 8, 17, 19}, build_conv_sigmoid, "sigmoid"},
  {"conv-tanh-scale", {1, 8, 17, 19}, build_conv_tanh_scale, "tanh"},
  {"conv-add", {1, 8, 17, 19}, build_conv_add, "add"},
  {"conv-add-relu", {1, 8, 17, 19}, build_conv_add_relu, "add relu"},
  {"conv-norm-relu", {1, 8, 17, 19}, build_conv_norm_relu,
      "instance_norm relu moments"},
  {"conv-norm-relu-batch", {2, 8, 17, 19}, build_conv_norm_relu,
      "instance_norm relu moments"},
  {"conv-norm-relu-conv", {1, 8, 17, 19}, build_conv_norm_relu_conv,
      "instance_norm relu moments scale_shift"},
  {"conv-norm-relu-pad-conv", {1, 8, 17, 19}, build_conv_norm_relu_pad_conv,
      "instance_norm relu moments scale_shift pad"},
  {"conv-norm-relu-upsample-pad-conv", {1, 8, 9, 11},
      build_conv_norm_relu_upsample_pad_conv,
      "instance_norm relu moments scale_shift pad resize"},
  {"residual-block", {1, 16, 17, 19}, build_residual_block,
      "instance_norm relu moments pad add"},
  {"two-residual-blocks", {1, 16, 9, 11}, build_two_residual_blocks,
      "instance_norm relu moments pad add"},
  {"conv-batch-norm", {1, 8, 17, 19}, build_conv_batch_norm,
      "batch_norm scale_shift relu"},
  {"scaled-input", {1, 3, 17, 19}, build_scaled_input, "sub div"},
  {"shuffle", {1, 8, 9, 11}, build_shuffle, "depth_to_space"},
  {"shuffle-relu", {1, 8, 9, 11}, build_shuffle_relu, "depth_to_space relu"},
  {"transpose-norm-relu", {1, 8, 9, 11}, build_transpose_norm_relu,
      "instance_norm relu"},
  {"norm-relu-transpose", {1, 8, 9, 11}, build_norm_relu_transpose,
      "instance_norm relu tanh"},
  {"whole-network", {1, 3, 24, 28}, build_whole_network,
      "instance_norm relu moments pad add resize"},
  {"shared-conv", {1, 8, 17, 19}, build_shared_conv, ""},
  {"shared-norm", {1, 8, 17, 19}, build_shared_norm, ""},
  {"output-between", {1, 8, 17, 19}, build_output_between, ""},
  {"add-to-itself", {1, 8, 17, 19}, build_add_to_itself, ""},
  {"add-broadcast", {1, 8, 17, 19}, build_add_broadcast, ""},
  {"input-as-output", {1, 8, 17, 19}, build_input_as_output, ""},
  {"odd-upsample", {1, 8, 8, 10}, build_odd_upsample, ""},
  {"gram", {2, 8, 9, 11}, build_gram, "", "transpose matmul"},
  {"gram-gradient", {2, 8, 9, 11}, build_gram_gradient, ""},
  {"pad-conv-grad", {2, 8, 9, 11}, build_pad_conv_grad, "", "pad"},
};

/* --- running -------------------------------------------------------------- */

typedef struct
{
  SgTensor *tensor[8];
  guint n;
} Outputs;

static void
outputs_clear (Outputs * outputs)
{
  for (guint i = 0; i < outputs->n; i++)
    sg_tensor_unref (outputs->tensor[i]);
  outputs->n = 0;
}

/* Compiles and runs twice (the second time over what the first left). */
static gboolean
run_graph (SgGraph * graph, SgDevice * device, SgTensor * input,
    SgSessionFlags flags, Outputs * outputs, gchar ** text, GError ** error)
{
  const SgSessionConfig config = { .flags = flags };
  g_autoptr (SgSession) session = sg_session_new (graph, device, &input->desc,
      1, &config, error);

  if (session == NULL)
    return FALSE;
  *text = sg_session_to_string (session);
  for (guint i = 0; i < sg_graph_get_n_outputs (graph); i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (session, i);

    outputs->tensor[i] = sg_tensor_new (desc->dtype, &desc->shape, error);
    if (outputs->tensor[i] == NULL)
      return FALSE;
    outputs->n = i + 1;
  }
  for (guint i = 0; i < 2; i++)
    if (!sg_session_run (session, &input, outputs->tensor, error))
      return FALSE;
  return TRUE;
}

/* The first operator of @gone that is still a step in @text, or NULL. Lines are
 * "backend operator + what is fused ...". */
static gchar *
find_not_gone (const gchar * text, const gchar * gone)
{
  g_auto (GStrv) words = g_strsplit (gone, " ", -1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i]; i++) {
    g_auto (GStrv) columns = g_strsplit_set (lines[i], " ", -1);
    const gchar *op = NULL;

    for (guint k = 1; columns[0] && columns[k] && op == NULL; k++)
      op = *columns[k] ? columns[k] : NULL;
    for (guint k = 0; op && words[k]; k++)
      if (g_str_equal (op, words[k]))
        return g_strdup (words[k]);
  }
  return NULL;
}

static gboolean
compare_graphs (Check * check, const gchar * label, SgDevice * device,
    const Outputs * got, const Outputs * expected)
{
  for (guint i = 0; i < expected->n; i++) {
    g_autofree gchar *wrong = check_compare (&expected->tensor[i]->desc,
        got->tensor[i]->data, expected->tensor[i]->data, CHECK_GRAPH, 1, 0,
        check->half);

    if (wrong) {
      check_failed (check, label, device, "output %u: %s", i, wrong);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
run_fused_on (Check * check, const FusedCase * kase, const gchar * label,
    Net * net, SgTensor * input, SgDevice * device, const Outputs * expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL, *left = NULL;
  Outputs got = { {NULL,} };
  gboolean ok = run_graph (net->graph, device, input, SG_SESSION_NONE, &got,
      &text, &error);

  if (!ok)
    check_failed (check, label, device, "%s", error->message);
  else
    ok = compare_graphs (check, label, device, &got, expected);
  if (ok && device != check->ref) {
    left = find_not_gone (text, kase->gone);
    if (left == NULL && kase->gone_on_cpu
        && g_str_equal (sg_device_get_backend_name (device), "cpu"))
      left = find_not_gone (text, kase->gone_on_cpu);
  }
  if (left) {
    check_failed (check, label, device, "%s is not fused:\n%s", left, text);
    ok = FALSE;
  }
  outputs_clear (&got);
  return ok;
}

static void
run_fused (Check * check, const FusedCase * kase, const gchar * label,
    Net * net, const SgShape * shape)
{
  g_autoptr (SgTensor) input = sg_tensor_new (SG_DTYPE_F32, shape, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  Outputs expected = { {NULL,} };

  test_rng_fill (&net->rng, input, -1, 1);
  if (!run_graph (net->graph, check->ref, input, SG_SESSION_NO_FUSION,
          &expected, &text, &error)) {
    check_failed (check, label, check->ref, "%s", error->message);
  } else {
    if (check->first_tier && run_fused_on (check, kase, label, net, input,
            check->ref, &expected))
      check_passed (check);
    for (guint i = 0; i < check->n_targets; i++) {
      const CheckTarget *target = &check->targets[i];

      /* the threads were compared operator by operator: the most will do */
      if (run_fused_on (check, kase, label, net, input,
              target->device[target->n_devices - 1], &expected))
        check_passed (check);
    }
  }
  outputs_clear (&expected);
}

void
check_fused (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const FusedCase *kase = &cases[i];
    SgTensorDesc desc = { SG_DTYPE_F32, sg_shape_from (kase->shape, 4) };
    g_autofree gchar *label = g_strconcat ("fused/", kase->name, NULL);
    Net net = { NULL, };

    if (!check_begin (check, "fused", kase->name))
      continue;
    net.graph = sg_graph_new ();
    net.rng = test_rng ((guint64) check->seed, label);
    net.channels = kase->shape[1];
    net.x = sg_graph_add_input (net.graph, "x", SG_DTYPE_F32, &desc.shape);
    kase->build (&net);
    if (net.error) {
      check_failed (check, label, NULL, "%s", net.error->message);
      g_clear_error (&net.error);
    } else {
      sg_graph_add_output (net.graph, "y", net.x);
      if (check->mode == CHECK_MODE_OOM)
        check_fused_oom (check, label, net.graph, &desc, 1);
      else
        run_fused (check, kase, label, &net, &desc.shape);
    }
    sg_graph_unref (net.graph);
  }
}
