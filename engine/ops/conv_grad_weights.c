/* gst-stylegan: conv_grad_weights, the gradient of a convolution's weights
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv_grad_weights.h"

#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
check_channels (const SgCall * call, GError ** error)
{
  const SgConvGradAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *dy = &call->inputs[1].shape;

  if (call->inputs[1].dtype != call->inputs[0].dtype || dy->rank != x->rank
      || dy->dim[0] != x->dim[0] || sg_shape_elements (dy) < 1)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input and gradient do not go together");
  if (a->group < 1 || x->dim[1] % a->group != 0 || dy->dim[1] % a->group != 0)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
        " channels do not split into %" G_GINT64_FORMAT " groups", x->dim[1],
        dy->dim[1], a->group);
  return TRUE;
}

/* Of one spatial axis. */
static gboolean
check_pads (const SgCall * call, gint64 in, gint64 begin, gint64 end,
    GError ** error)
{
  const SgConvGradAttrs *a = call->attrs;

  if (a->pad_mode == SG_PAD_WRAP || (a->pad_mode == SG_PAD_REFLECT
          && MAX (begin, end) >= in))
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "pads %" G_GINT64_FORMAT " samples by %" G_GINT64_FORMAT " and %"
        G_GINT64_FORMAT " of themselves", in, begin, end);
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgConvGradAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *dy = &call->inputs[1].shape;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;
  SgShape dw;

  if (!sg_spatial_check_image (call, 3, error)
      || !check_channels (call, error)
      || !sg_window_resolve (&a->window, x->dim + 2, x->rank - 2, NULL, FALSE,
          &window, out, call, error))
    return FALSE;
  dw = *x;
  dw.dim[0] = dy->dim[1];
  dw.dim[1] = x->dim[1] / a->group;
  for (gint i = 0; i < window.n_spatial; i++) {
    dw.dim[2 + i] = window.kernel[i];
    if (!check_pads (call, x->dim[2 + i], window.pad_begin[i],
            window.pad_end[i], error))
      return FALSE;
    /* fewer than fit: where output_padding left room */
    if (dy->dim[2 + i] > out[i])
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "a gradient of %" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT
          " samples along spatial axis %d", dy->dim[2 + i], out[i], i);
  }
  call->outputs[0].dtype = call->inputs[0].dtype;
  call->outputs[0].shape = dw;
  return sg_spatial_check_output (call, error);
}

static gdouble
flops (const SgCall * call)
{
  const SgShape *dw = &call->outputs[0].shape;

  return 2.0 * sg_shape_elements (&call->inputs[1].shape)
      * (sg_shape_elements (dw) / dw->dim[0]);
}

SG_DEFINE_OP (conv_grad_weights, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgConvGradAttrs), .infer = infer, .flops = flops);
