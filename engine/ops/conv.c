/* gst-stylegan: Conv, y[n,m,..] = b[m] + sum over c, k of w[m,c,k] * x[n,c,..]
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv.h"

#include "graph/graph.h"
#include "ops/conv_fused.h"
#include "ops/conv_grad_weights.h"
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/spatial.h"

gboolean
sg_conv_check_import (const SgImport * import, GError ** error)
{
  if (import->n_inputs > 3 || import->n_outputs > 1)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "%u inputs and %u outputs instead of at most 3 and 1",
        import->n_inputs, import->n_outputs);
  return TRUE;
}

gboolean
sg_conv_check_inputs (const SgCall * call, gint64 group, gint64 channels,
    GError ** error)
{
  const SgTensorDesc *x = &call->inputs[SG_CONV_X];
  const SgTensorDesc *w = &call->inputs[SG_CONV_W];

  if (!sg_spatial_check_inputs (call, error))
    return FALSE;
  if (!sg_dtype_is_float (x->dtype))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants floating point numbers, not %s", sg_dtype_name (x->dtype));
  if (w->dtype != x->dtype || (sg_call_has_input (call, SG_CONV_B)
          && call->inputs[SG_CONV_B].dtype != x->dtype))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "input, weights and bias are of different types");
  if (x->shape.rank < 3 || x->shape.rank != w->shape.rank)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input of rank %d, weights of rank %d", x->shape.rank, w->shape.rank);
  if (sg_shape_elements (&x->shape) < 1 || sg_shape_elements (&w->shape) < 1)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input or weights are empty");
  if (group < 1 || channels % group != 0)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "%" G_GINT64_FORMAT " channels do not split into %" G_GINT64_FORMAT
        " groups", channels, group);
  return TRUE;
}

gboolean
sg_conv_check_bias (const SgCall * call, gint64 channels, GError ** error)
{
  SgShape want = SG_SHAPE (channels);

  if (sg_call_has_input (call, SG_CONV_B)
      && !sg_shape_equal (&call->inputs[SG_CONV_B].shape, &want)) {
    g_autofree gchar *s = sg_shape_to_string (&call->inputs[SG_CONV_B].shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "bias of shape %s for %" G_GINT64_FORMAT " channels", s, channels);
  }
  return TRUE;
}

gboolean
sg_conv_is_fused (const SgCall * call, const SgActivation * input_activation,
    const SgActivation * activation)
{
  return sg_call_has_input (call, SG_CONV_SCALE_SHIFT)
      || sg_call_has_input (call, SG_CONV_RESIDUAL)
      || input_activation->kind != SG_ACTIVATION_NONE
      || activation->kind != SG_ACTIVATION_NONE || call->n_outputs > 1;
}

gboolean
sg_conv_check_fused (SgCall * call, const SgShape * y, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[SG_CONV_X];
  SgShape scale_shift = SG_SHAPE (x->shape.dim[0], 2, x->shape.dim[1]);

  if (x->dtype != SG_DTYPE_F32 || x->shape.rank != 4)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "is fused, which needs images of f32");
  if (sg_call_has_input (call, SG_CONV_SCALE_SHIFT)) {
    const SgTensorDesc *in = &call->inputs[SG_CONV_SCALE_SHIFT];

    if (in->dtype != x->dtype || !sg_shape_equal (&in->shape, &scale_shift))
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "scale and shift do not fit the input");
  }
  if (sg_call_has_input (call, SG_CONV_RESIDUAL)) {
    const SgTensorDesc *in = &call->inputs[SG_CONV_RESIDUAL];

    if (in->dtype != x->dtype || !sg_shape_equal (&in->shape, y))
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "the residual does not fit the output");
  }
  if (call->n_outputs > 1) {
    call->outputs[1].dtype = x->dtype;
    call->outputs[1].shape = SG_SHAPE (y->dim[0], y->dim[1], 2);
  }
  return TRUE;
}

void
sg_conv_describe_before (const SgNode * node,
    const SgActivation * input_activation, GString * text)
{
  if (node->n_inputs > SG_CONV_SCALE_SHIFT && node->inputs[SG_CONV_SCALE_SHIFT])
    g_string_append (text, " +scale_shift");
  sg_spatial_describe (input_activation, text);
}

void
sg_conv_describe_after (const SgNode * node, const SgActivation * activation,
    GString * text)
{
  if (node->n_inputs > SG_CONV_RESIDUAL && node->inputs[SG_CONV_RESIDUAL])
    g_string_append (text, " +residual");
  sg_spatial_describe (activation, text);
  if (node->n_outputs > 1)
    g_string_append (text, " +moments");
}

/* What conv_transpose does not have: upsampling and other pads. */
static gboolean
check_fused_pads (const SgCall * call, const SgConvAttrs * a,
    const SgWindow * window, const gint64 * in, GError ** error)
{
  for (gint i = 0; i < window->n_spatial; i++) {
    gint64 pad = MAX (window->pad_begin[i], window->pad_end[i]);

    if ((a->pad_mode == SG_PAD_REFLECT && pad >= in[i])
        || (a->pad_mode == SG_PAD_WRAP && pad > in[i]))
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "pads %" G_GINT64_FORMAT " samples by %" G_GINT64_FORMAT
          " of themselves", in[i], pad);
  }
  return TRUE;
}

/* y after depth_to_space. */
static gboolean
infer_shuffle (const SgCall * call, const SgConvAttrs * a, SgShape * y,
    GError ** error)
{
  gint64 block = a->shuffle;

  if (sg_call_has_input (call, SG_CONV_RESIDUAL))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "fuses a residual with depth_to_space");
  if (block > 1024 || y->dim[1] % (block * block) != 0)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%" G_GINT64_FORMAT " channels do not fill blocks of %d x %d",
        y->dim[1], a->shuffle, a->shuffle);
  y->dim[1] /= block * block;
  y->dim[2] *= block;
  y->dim[3] *= block;
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgConvAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *w = &call->inputs[SG_CONV_W].shape;
  gint64 in[SG_MAX_RANK];
  SgShape y;
  SgWindow window;

  if (!sg_conv_check_inputs (call, a->group, w->dim[0], error)
      || !sg_conv_check_bias (call, w->dim[0], error))
    return FALSE;
  if (x->dim[1] % a->group != 0 || x->dim[1] / a->group != w->dim[1])
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input of %" G_GINT64_FORMAT " channels, weights for %"
        G_GINT64_FORMAT " in each of %" G_GINT64_FORMAT " groups", x->dim[1],
        w->dim[1], a->group);
  if (a->upsample < 0 || a->upsample > 1024 || a->shuffle < 0)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "upsamples by %d, shuffles by %d", a->upsample, a->shuffle);
  for (gint i = 2; i < x->rank; i++)
    in[i - 2] = x->dim[i] * MAX (a->upsample, 1);
  y = *x;
  y.dim[1] = w->dim[0];
  if (!sg_window_resolve (&a->window, in, x->rank - 2, w->dim + 2, FALSE,
          &window, y.dim + 2, call, error))
    return FALSE;
  if (sg_conv_is_fused (call, &a->input_activation, &a->activation)
      || a->pad_mode != SG_PAD_CONSTANT || a->upsample > 1 || a->shuffle > 1) {
    if (!sg_conv_check_fused (call, &y, error)
        || !check_fused_pads (call, a, &window, in, error)
        || (a->shuffle > 1 && !infer_shuffle (call, a, &y, error)))
      return FALSE;
  }
  call->outputs[0].dtype = call->inputs[SG_CONV_X].dtype;
  call->outputs[0].shape = y;
  return sg_spatial_check_output (call, error);
}

static void
describe (const SgNode * node, GString * text)
{
  const SgConvAttrs *a = node->attrs;

  sg_conv_describe_before (node, &a->input_activation, text);
  if (a->upsample > 1)
    g_string_append (text, " +upsample");
  if (a->pad_mode != SG_PAD_CONSTANT)
    g_string_append (text, " +pad");
  sg_conv_describe_after (node, &a->activation, text);
  if (a->shuffle > 1)
    g_string_append (text, " +depth_to_space");
}

static gdouble
flops (const SgCall * call)
{
  const SgShape *w = &call->inputs[SG_CONV_W].shape;

  return 2.0 * sg_shape_elements (&call->outputs[0].shape)
      * (sg_shape_elements (w) / w->dim[0]);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgConvAttrs *a = attrs;

  a->group = sg_import_int (import, "group", 1);
  return sg_conv_check_import (import, error)
      && sg_window_parse (import, &a->window, error);
}

SgValue *
sg_conv_gradient_of_bias (SgGradient * g)
{
  SgShape y = g->call->outputs[0].shape, bias = SG_SHAPE (y.dim[1]);

  for (gint i = 0; i < y.rank; i++)
    if (i != 1)
      y.dim[i] = 1;
  return sg_gradient_reshape (g, sg_gradient_sum_to (g, g->outputs[0], &y),
      &bias);
}

/* dx by the transposed convolution, with the same weights. */
static SgValue *
gradient_of_input (SgGradient * g, const SgWindow * window, const gint64 * out)
{
  const SgConvAttrs *a = g->node->attrs;
  const SgShape *x = sg_gradient_input_shape (g, SG_CONV_X);
  SgConvTransposeAttrs attrs = { .window = *window, .group = a->group };

  for (gint i = 0; i < window->n_spatial; i++)
    attrs.output_padding[i] = x->dim[2 + i] + window->pad_begin[i]
        + window->pad_end[i] - (out[i] - 1) * window->stride[i]
        - (window->kernel[i] - 1) * window->dilation[i] - 1;
  return sg_gradient_node (g, "conv_transpose", &attrs, 2, g->outputs[0],
      g->node->inputs[SG_CONV_W]);
}

static void
gradient (SgGradient * g)
{
  const SgConvAttrs *a = g->node->attrs;
  const SgShape *x = sg_gradient_input_shape (g, SG_CONV_X);
  SgConvGradAttrs attrs = { .group = a->group };
  gint64 out[SG_MAX_SPATIAL];

  if (sg_conv_is_fused (g->call, &a->input_activation, &a->activation)
      || a->pad_mode != SG_PAD_CONSTANT || a->upsample > 1 || a->shuffle > 1) {
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED, "is fused: has no gradient");
    return;
  }
  if (!sg_window_resolve (&a->window, x->dim + 2, x->rank - 2,
          sg_gradient_input_shape (g, SG_CONV_W)->dim + 2, FALSE,
          &attrs.window, out, g->call, &g->build.error))
    return;
  if (g->wanted[SG_CONV_X])
    g->inputs[SG_CONV_X] = gradient_of_input (g, &attrs.window, out);
  if (g->wanted[SG_CONV_W])
    g->inputs[SG_CONV_W] = sg_gradient_node (g, "conv_grad_weights", &attrs, 2,
        g->node->inputs[SG_CONV_X], g->outputs[0]);
  if (sg_gradient_wants (g, SG_CONV_B))
    g->inputs[SG_CONV_B] = sg_conv_gradient_of_bias (g);
}

gboolean
sg_conv_write (SgExport * export, const SgWindow * window, gint64 group,
    GError ** error)
{
  if (export->n_inputs > 3 || export->n_outputs > 1)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "is fused with others; save the graph as it was before");
  sg_export_set_int (export, "group", group);
  return sg_window_write (export, window, error);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgConvAttrs *a = attrs;

  if (a->pad_mode != SG_PAD_CONSTANT || a->upsample > 1 || a->shuffle > 1
      || a->input_activation.kind != SG_ACTIVATION_NONE
      || a->activation.kind != SG_ACTIVATION_NONE)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "is fused with others; save the graph as it was before");
  return sg_conv_write (export, &a->window, a->group, error);
}

static const SgOnnxName names[] = { {"Conv", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (conv, .onnx = names, .min_inputs = 2, .max_inputs = 5,
    .max_outputs = 2, .attrs_size = sizeof (SgConvAttrs), .infer = infer,
    .describe = describe, .flops = flops, .gradient = gradient);
