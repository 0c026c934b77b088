/* gst-stylegan: Gather on the GPU, with indices that are constant: others must be
 * checked while it runs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gather.h"

#include "ops/check.h"
#include "push/gather.h"
#include "vulkan/operand.h"

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  return sg_dtype_size (call->inputs[0].dtype) == 4
      && sg_call_get_constant (call, 1);
}

/* Indices, none negative. */
static gboolean
add_indices (SgVkKernel * kernel, const SgCall * call, gint64 size,
    SgVkOperand * operand, GError ** error)
{
  const SgTensor *indices = sg_call_get_constant (call, 1);
  guint n = (guint) sg_tensor_elements (indices);
  g_autofree guint32 *table = g_try_new (guint32, n);

  if (table == NULL)
    return sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "no memory for %u indices", n);
  for (guint i = 0; i < n; i++) {
    gint64 index = sg_tensor_get_i64 (indices, i);

    table[i] = (guint32) (index < 0 ? index + size : index);
  }
  return vk_operand_data (kernel, table, n * sizeof *table, operand, error);
}

static gboolean
prepare (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgGatherAttrs *attrs = call->attrs;
  const SgShape *x_shape = &call->inputs[0].shape;
  gint axis = (gint) (attrs->axis < 0 ? attrs->axis + x_shape->rank
      : attrs->axis);
  const SgPushGather push = {
    (guint32) sg_shape_elements (&call->outputs[0].shape),
    (guint32) vk_count (x_shape, axis + 1, x_shape->rank),
    (guint32) sg_shape_elements (&call->inputs[1].shape),
    (guint32) x_shape->dim[axis]
  };
  SgVkOperand x, indices, y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  if (!vk_operand_input (kernel, call, 0, &x, error)
      || !add_indices (kernel, call, x_shape->dim[axis], &indices, error))
    return FALSE;
  vk_capture_constants (kernel, call, 1);
  {
    guint32 constants[] = { 0, (guint32) x.half, (guint32) y.half };

    dispatch = vk_add_elements (kernel, "nn/gather", constants,
        G_N_ELEMENTS (constants), ((guint64) push.n + 7) / 8, error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &x, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_operand_bind (kernel, dispatch, &indices, FALSE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_gather = {
  .op = "gather",
  .supports = supports,
  .prepare = prepare,
};
