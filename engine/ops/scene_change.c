/* gst-stylegan: scene_change (luma now and before, cost, scene before, parameters)
 * -> what the filter over time is to do with this frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/temporal.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgSceneChangeAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;

  if (!sg_flow_check_input (call, 0, "the picture now", 1, 0, 0, error)
      || !sg_flow_check_input (call, 1, "the picture before", 1, dim[2],
          dim[3], error)
      || !sg_flow_check_input (call, 2, "cost", 1, 0, 0, error)
      || !sg_temporal_check_vector (call, 3, "the scene before", SG_SCENE_N,
          error)
      || !sg_temporal_check_vector (call, 4, "parameters",
          SG_SCENE_N_PARAMS, error))
    return FALSE;
  if (!(a->distance >= 0 && a->distance <= 1 && a->cost >= 0 && a->cost <= 255))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "a threshold is out of range");
  call->outputs[0] = call->inputs[3];
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 2.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (scene_change, .min_inputs = 5, .max_inputs = 5,
    .attrs_size = sizeof (SgSceneChangeAttrs), .infer = infer, .flops = flops);
