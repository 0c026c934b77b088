/* gst-stylegan: pad_grad, the gradient of Pad: copies are added to what they copy
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad_grad.h"

#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgPadGradAttrs *a = call->attrs;
  SgTensorDesc dx = call->inputs[0];

  if (!sg_spatial_check_image (call, 1, error))
    return FALSE;
  for (gint i = 0; i < dx.shape.rank; i++) {
    gint64 limit = dx.shape.dim[i], *n = &dx.shape.dim[i];
    gboolean fits = a->begin[i] >= 0 && a->end[i] >= 0
        && a->begin[i] < limit && a->end[i] < limit - a->begin[i];

    *n -= fits ? a->begin[i] + a->end[i] : 0;
    if (!fits || (a->mode == SG_PAD_REFLECT
            && (a->begin[i] >= *n || a->end[i] >= *n)))
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "a dimension of %" G_GINT64_FORMAT " cannot have been padded by %"
          G_GINT64_FORMAT " and %" G_GINT64_FORMAT, limit, a->begin[i],
          a->end[i]);
  }
  call->outputs[0] = dx;
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return (gdouble) sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (pad_grad, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgPadGradAttrs), .infer = infer, .flops = flops);
