/* gst-stylegan: compose (styled, frame, parameters, mask or none) -> picture
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/compose.h"

#include "ops/ops.h"
#include "ops/temporal.h"

static gboolean
check_order (const SgCall * call, GError ** error)
{
  const SgComposeAttrs *a = call->attrs;
  guint seen = 0;

  for (guint c = 0; c < 3; c++)
    if (a->order[c] >= 0 && a->order[c] < 3)
      seen |= 1u << a->order[c];
  if (seen == 7)
    return TRUE;
  return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
      "order of channels %d, %d, %d; wanted: each of 0, 1, 2", a->order[0],
      a->order[1], a->order[2]);
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0];
  const gint64 *dim = x->shape.dim;

  if (!sg_flow_check_input (call, 0, "the stylised picture", 0, 0, 0, error)
      || !sg_flow_check_input (call, 1, "the frame", dim[1], dim[2], dim[3],
          error)
      || !sg_temporal_check_vector (call, 2, "the vector of parameters",
          SG_COMPOSE_N_PARAMS, error)
      || (sg_call_has_input (call, 3)
          && !sg_flow_check_input (call, 3, "the mask", 1, dim[2], dim[3],
              error)))
    return FALSE;
  if (dim[1] != 1 && dim[1] != 3)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "pictures of %" G_GINT64_FORMAT " channels; wanted: 1 or 3", dim[1]);
  if (call->inputs[1].dtype != x->dtype)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "the frame has another type than the stylised picture");
  if (dim[1] == 3 && !check_order (call, error))
    return FALSE;
  call->outputs[0] = *x;
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 9.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (compose, .min_inputs = 3, .max_inputs = 4,
    .attrs_size = sizeof (SgComposeAttrs), .infer = infer, .flops = flops);
