/* gst-stylegan: gate (x, dy) -> dx, the gradient of what is linear in pieces
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gate.h"

#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgGateAttrs *a = call->attrs;

  if (call->inputs[1].dtype != call->inputs[0].dtype
      || !sg_shape_equal (&call->inputs[1].shape, &call->inputs[0].shape))
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input and gradient are not alike");
  if (!(a->low <= a->high))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "lower limit %g, upper limit %g", a->low, a->high);
  return sg_infer_same_float (call, error);
}

SG_DEFINE_OP (gate, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgGateAttrs), .infer = infer);
