/* gst-stylegan: what the operators that calculate share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"

#include "ops/check.h"
#include "ops/ops.h"

gboolean
sg_infer_arithmetic (SgCall * call, GError ** error)
{
  if (call->inputs[0].dtype == SG_DTYPE_BOOL)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants numbers, not bool");
  return sg_infer_broadcast (call, error);
}

gboolean
sg_call_channel_constant (const SgCall * call, guint index, gfloat * values)
{
  const SgTensor *constant = sg_call_get_constant (call, index);
  const SgShape *y = &call->outputs[0].shape, *c;
  gint channel;

  if (constant == NULL || !sg_shape_equal (&call->inputs[1 - index].shape, y))
    return FALSE;
  c = &constant->desc.shape;
  /* Shapes are aligned at their last dimension. */
  channel = 1 - (y->rank - c->rank);
  for (gint i = 0; i < c->rank; i++)
    if (c->dim[i] != 1 && (i != channel || c->dim[i] != y->dim[1]))
      return FALSE;
  for (gint64 i = 0; i < y->dim[1]; i++)
    values[i] = (gfloat) sg_tensor_get (constant,
        sg_tensor_elements (constant) == 1 ? 0 : i);
  return TRUE;
}

gboolean
sg_call_any_channel_constant (const SgCall * call, guint * x, gfloat * values)
{
  *x = sg_call_get_constant (call, 0) ? 1 : 0;
  return sg_call_channel_constant (call, 1 - *x, values);
}

gint64
sg_call_fill_channels (const SgCall * call, gfloat * values, gfloat value)
{
  gint64 n = call->outputs[0].shape.dim[1];

  for (gint64 i = 0; i < n; i++)
    values[i] = value;
  return n;
}
