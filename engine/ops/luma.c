/* gst-stylegan: luma (x [N,C,H,W]) -> integers 0..255, [N,1,H,W] or half of it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgLumaAttrs *a = call->attrs;
  const SgTensorDesc *x = &call->inputs[0];
  const gint64 *dim = x->shape.dim;

  if (!sg_spatial_check_image (call, 4, error))
    return FALSE;
  if (x->shape.rank != 4 || (dim[1] != 1 && dim[1] != 3)
      || MAX (dim[2], dim[3]) > SG_FLOW_MAX_SIZE) {
    g_autofree gchar *s = sg_shape_to_string (&x->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "picture of shape %s; wanted: 1 or 3 channels, sides up to %d", s,
        SG_FLOW_MAX_SIZE);
  }
  if (!(a->scale > 1e-6f && a->scale < 1e6f && a->offset > -1e6f
          && a->offset < 1e6f) || (a->factor != 1 && a->factor != 2))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "scale, offset or factor is out of range");
  if (dim[1] == 3 && (a->order[0] | a->order[1] | a->order[2]) >> 2)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "order of channels is out of range");
  for (guint i = 0; dim[1] == 3 && i < 3; i++)
    if (a->order[i] > 2 || a->order[i] == a->order[(i + 1) % 3])
      return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
          "order of channels names one twice");
  call->outputs[0].dtype = x->dtype;
  call->outputs[0].shape = SG_SHAPE (dim[0], 1,
      (dim[2] + a->factor - 1) / a->factor,
      (dim[3] + a->factor - 1) / a->factor);
  return sg_spatial_check_output (call, error);
}

static gdouble
flops (const SgCall * call)
{
  return 6.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (luma, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgLumaAttrs), .infer = infer, .flops = flops);
