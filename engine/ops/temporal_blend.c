/* gst-stylegan: temporal_blend (stylised, warped history, confidence, history,
 * scene) -> filtered picture, history
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/temporal.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTemporalBlendAttrs *a = call->attrs;
  const SgTensorDesc *x = &call->inputs[0];
  const gint64 *dim = x->shape.dim;

  if (!sg_flow_check_input (call, 0, "the stylised picture", 0, 0, 0, error)
      || !sg_flow_check_input (call, 1, "the warped history", dim[1] + 1,
          dim[2], dim[3], error)
      || !sg_flow_check_input (call, 2, "confidence", 1, dim[2], dim[3], error)
      || !sg_flow_check_input (call, 3, "the history", dim[1] + 1, dim[2],
          dim[3], error)
      || !sg_temporal_check_vector (call, 4, "the scene", SG_SCENE_N, error)
      || !sg_flow_check_move (call, error))
    return FALSE;
  if (a->move.step == 0 && sg_call_has_input (call, 5))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "flow is given, but the history is not to be moved");
  if (!(a->max_length >= 1 && a->max_length <= 256 && a->clip >= 0
          && a->clip <= 1e6f && a->clip_floor >= 0 && a->clip_floor <= 1e9f
          && a->slack >= 0 && a->slack <= 256))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "length of the history or clip is out of range");
  if (call->inputs[3].dtype != call->inputs[1].dtype)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "the history has another type than the warped one");
  call->outputs[0] = *x;
  call->outputs[1] = call->inputs[3];
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 40.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (temporal_blend, .min_inputs = 5, .max_inputs = 6,
    .min_outputs = 2, .max_outputs = 2,
    .attrs_size = sizeof (SgTemporalBlendAttrs), .infer = infer,
    .describe = sg_flow_describe_move, .move = G_STRUCT_OFFSET (SgTemporalBlendAttrs, move), .flops = flops);
