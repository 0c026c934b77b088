/* gst-stylegan: warp (x [1,C,H,W], flow) -> x moved along the flow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgWarpAttrs *a = call->attrs;
  const SgTensorDesc *x = &call->inputs[0];

  if (!sg_flow_check_input (call, 0, "the picture", 0, 0, 0, error)
      || !sg_flow_check_flow (call, 1, 0, a->step, error))
    return FALSE;
  if (a->unit < 1 || a->unit > SG_FLOW_MAX_UNIT || a->nearest < 0
      || a->nearest > x->shape.dim[1])
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "unit %d or number of nearest planes %d is out of range", a->unit,
        a->nearest);
  call->outputs[0] = *x;
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 40.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (warp, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgWarpAttrs), .infer = infer, .flops = flops);
