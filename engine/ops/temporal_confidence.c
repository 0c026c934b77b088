/* gst-stylegan: temporal_confidence (luma now and before, scene, flow) -> 0..1
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/temporal.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTemporalConfidenceAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;

  if (!sg_flow_check_input (call, 0, "the picture now", 1, 0, 0, error)
      || !sg_flow_check_input (call, 1, "the picture before", 0, dim[2],
          dim[3], error)
      || !sg_temporal_check_vector (call, 2, "the scene", SG_SCENE_N, error)
      || (sg_call_has_input (call, 3)
          && !sg_flow_check_flow (call, 3, 0, a->step, error))
      || !sg_flow_check_move (call, error))
    return FALSE;
  if (!(a->sharpness >= 0 && a->sharpness <= 1e6f))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "sharpness is out of range");
  call->outputs[0] = call->inputs[0];
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 30.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (temporal_confidence, .min_inputs = 3, .max_inputs = 4,
    .attrs_size = sizeof (SgTemporalConfidenceAttrs), .infer = infer,
    .describe = sg_flow_describe_move, .move = G_STRUCT_OFFSET (SgTemporalConfidenceAttrs, move), .flops = flops);
