/* gst-stylegan: ConvTranspose, the adjoint of Conv: every x[n,c,..] adds
 * w[c,m,k] * x to y[n,m,..] at stride * position + dilation * k - pad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph.h"
#include "ops/conv_fused.h"
#include "ops/conv_grad_weights.h"
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgConvTransposeAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *w = &call->inputs[SG_CONV_W].shape;
  SgShape y;
  SgWindow window;

  if (!sg_conv_check_inputs (call, a->group, x->dim[1], error))
    return FALSE;
  if (x->dim[1] != w->dim[0])
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input of %" G_GINT64_FORMAT " channels, weights for %"
        G_GINT64_FORMAT, x->dim[1], w->dim[0]);
  y = *x;
  /* group divides w->dim[0], so that this is at most the weights' size. */
  y.dim[1] = w->dim[1] * a->group;
  if (!sg_conv_check_bias (call, y.dim[1], error)
      || !sg_window_resolve_transposed (&a->window, x->dim + 2, x->rank - 2,
          w->dim + 2, a->output_padding, a->output_shape, &window, y.dim + 2,
          call, error))
    return FALSE;
  if (sg_conv_is_fused (call, &a->input_activation, &a->activation)
      && !sg_conv_check_fused (call, &y, error))
    return FALSE;
  call->outputs[0].dtype = call->inputs[SG_CONV_X].dtype;
  call->outputs[0].shape = y;
  return sg_spatial_check_output (call, error);
}

static void
describe (const SgNode * node, GString * text)
{
  const SgConvTransposeAttrs *a = node->attrs;

  sg_conv_describe_before (node, &a->input_activation, text);
  sg_conv_describe_after (node, &a->activation, text);
}

static gdouble
flops (const SgCall * call)
{
  const SgShape *w = &call->inputs[SG_CONV_W].shape;

  return 2.0 * sg_shape_elements (&call->inputs[SG_CONV_X].shape)
      * (sg_shape_elements (w) / w->dim[0]);
}

/* output_shape is spatial; some exporters write N and C in front. */
static gboolean
parse_output_shape (SgImport * import, SgConvTransposeAttrs * a,
    GError ** error)
{
  gint64 shape[2 + SG_MAX_SPATIAL];
  guint n, first = 0;

  if (!sg_import_ints (import, "output_shape", shape, G_N_ELEMENTS (shape),
          &n, error))
    return FALSE;
  if (n == 0)
    return TRUE;
  if (n > SG_MAX_SPATIAL || (a->window.n_spatial != 0
          && n == 2 + (guint) a->window.n_spatial))
    first = 2;
  if (a->window.n_spatial != 0 && n - first != (guint) a->window.n_spatial)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "output_shape has %u entries for %d spatial axes", n,
        a->window.n_spatial);
  a->window.n_spatial = (gint) (n - first);
  for (guint i = first; i < n; i++) {
    if (shape[i] < 1)
      return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
          "output_shape of %" G_GINT64_FORMAT, shape[i]);
    a->output_shape[i - first] = shape[i];
  }
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgConvTransposeAttrs *a = attrs;
  guint n;

  a->group = sg_import_int (import, "group", 1);
  if (!sg_conv_check_import (import, error)
      || !sg_window_parse (import, &a->window, error)
      || !parse_output_shape (import, a, error)
      || !sg_import_ints (import, "output_padding", a->output_padding,
          SG_MAX_SPATIAL, &n, error))
    return FALSE;
  if (n != 0 && a->window.n_spatial != 0 && (gint) n != a->window.n_spatial)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "output_padding has %u entries for %d spatial axes", n,
        a->window.n_spatial);
  if (n != 0)
    a->window.n_spatial = (gint) n;
  return TRUE;
}

/* dx by the convolution with the same weights; and what x and y are to the weights
 * they are the other way round there. */
static void
gradient (SgGradient * g)
{
  const SgConvTransposeAttrs *a = g->node->attrs;
  const SgShape *x = sg_gradient_input_shape (g, SG_CONV_X);
  gint64 out[SG_MAX_SPATIAL];
  SgConvAttrs conv = { .group = a->group };
  SgConvGradAttrs weights = { .group = a->group };

  if (sg_conv_is_fused (g->call, &a->input_activation, &a->activation)) {
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED, "is fused: has no gradient");
    return;
  }
  if (!sg_window_resolve_transposed (&a->window, x->dim + 2, x->rank - 2,
          sg_gradient_input_shape (g, SG_CONV_W)->dim + 2, a->output_padding,
          a->output_shape, &weights.window, out, g->call, &g->build.error))
    return;
  conv.window = weights.window;
  if (g->wanted[SG_CONV_X]) {
    gint64 begin[SG_MAX_RANK] = { 0, }, end[SG_MAX_RANK] = { 0, };
    SgValue *dx = sg_gradient_node (g, "conv", &conv, 2, g->outputs[0],
        g->node->inputs[SG_CONV_W]);

    /* output_padding may make room for more than there was */
    for (gint i = 2; dx && i < x->rank; i++)
      end[i] = x->dim[i] - dx->desc.shape.dim[i];
    g->inputs[SG_CONV_X] = sg_gradient_pad (g, dx, begin, end);
  }
  if (g->wanted[SG_CONV_W])
    g->inputs[SG_CONV_W] = sg_gradient_node (g, "conv_grad_weights", &weights,
        2, g->outputs[0], g->node->inputs[SG_CONV_X]);
  if (sg_gradient_wants (g, SG_CONV_B))
    g->inputs[SG_CONV_B] = sg_conv_gradient_of_bias (g);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgConvTransposeAttrs *a = attrs;
  gint64 padding = 0, shape = 0;
  gint n = a->window.n_spatial ? a->window.n_spatial : export->ranks[0] - 2;

  if (a->input_activation.kind != SG_ACTIVATION_NONE
      || a->activation.kind != SG_ACTIVATION_NONE)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "is fused with others; save the graph as it was before");
  if (!sg_conv_write (export, &a->window, a->group, error))
    return FALSE;
  for (gint i = 0; i < n; i++) {
    padding |= a->output_padding[i];
    shape |= a->output_shape[i];
  }
  if (padding)
    sg_export_set_ints (export, "output_padding", a->output_padding, (guint) n);
  if (shape)
    sg_export_set_ints (export, "output_shape", a->output_shape, (guint) n);
  return TRUE;
}

static const SgOnnxName names[] =
    { {"ConvTranspose", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (conv_transpose, .onnx = names, .min_inputs = 2, .max_inputs = 5,
    .max_outputs = 2, .attrs_size = sizeof (SgConvTransposeAttrs),
    .infer = infer, .describe = describe, .flops = flops, .gradient = gradient);
