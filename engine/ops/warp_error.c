/* gst-stylegan: warp_error (now, before, confidence) -> mean square, share [2]
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/temporal.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgWarpErrorAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  const gint64 *fine;

  if (!sg_flow_check_input (call, 0, "the picture now", 1, 0, 0, error)
      || !sg_flow_check_input (call, 1, "the picture before", 1, dim[2],
          dim[3], error)
      || !sg_flow_check_input (call, 2, "confidence", 1, 0, 0, error)
      || !sg_flow_check_move (call, error))
    return FALSE;
  if (a->move.step == 0 && sg_call_has_input (call, 3))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "flow is given, but nothing is to be moved");
  fine = call->inputs[2].shape.dim;
  if (a->factor < 1 || a->factor > SG_FLOW_MAX_UNIT
      || (fine[2] + a->factor - 1) / a->factor != dim[2]
      || (fine[3] + a->factor - 1) / a->factor != dim[3])
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "confidence is not %d times as fine as the pictures", a->factor);
  call->outputs[0].dtype = SG_DTYPE_F32;
  call->outputs[0].shape = SG_SHAPE (2);
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 4.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (warp_error, .min_inputs = 3, .max_inputs = 4,
    .attrs_size = sizeof (SgWarpErrorAttrs), .infer = infer, .describe = sg_flow_describe_move, .move = G_STRUCT_OFFSET (SgWarpErrorAttrs, move),
    .flops = flops);
