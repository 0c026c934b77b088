/* gst-stylegan: flow_median (flow [1,2,h,w]) -> 3x3 vector median
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  if (!sg_flow_check_input (call, 0, "flow", 2, 0, 0, error))
    return FALSE;
  call->outputs[0] = call->inputs[0];
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 36.0 * 3 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (flow_median, .min_inputs = 1, .max_inputs = 1, .infer = infer,
    .flops = flops);
