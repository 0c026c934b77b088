/* gst-stylegan: MaxPool and AveragePool on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pool.h"

#include "push/pool.h"
#include "vulkan/operand.h"

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  gint rank = call->inputs[0].shape.rank;

  /* without max_pool's indices */
  return call->n_outputs == 1 && vk_is_f32 (call) && (rank == 3 || rank == 4);
}

static gboolean
prepare_pool (const SgCall * call, SgVkKernel * kernel, gboolean is_max,
    GError ** error)
{
  const SgPoolAttrs *attrs = call->attrs;
  const SgShape *shape = &call->inputs[0].shape;
  SgVkOperand x, y = vk_operand_output (kernel, 0);
  gint64 out[SG_MAX_SPATIAL];
  SgPushPool push = { 0 };
  SgVkDispatch *dispatch;
  SgWindow window;

  if (!sg_pool_resolve (call, &window, out, error)
      || !vk_operand_input (kernel, call, 0, &x, error))
    return FALSE;
  push.n = (guint32) sg_shape_elements (&call->outputs[0].shape);
  /* one dimension is a height of 1 */
  for (gint i = 0; i < 2; i++) {
    gint k = i - 2 + window.n_spatial;

    push.in_size[i] = k < 0 ? 1 : (gint32) shape->dim[2 + k];
    push.out_size[i] = k < 0 ? 1 : (gint32) out[k];
    push.kernel[i] = k < 0 ? 1 : (gint32) window.kernel[k];
    push.stride[i] = k < 0 ? 1 : (gint32) window.stride[k];
    push.dilation[i] = k < 0 ? 1 : (gint32) window.dilation[k];
    push.pad[i] = k < 0 ? 0 : (gint32) window.pad_begin[k];
    push.end[i] = push.in_size[i] + (k < 0 ? 0 : (gint32) window.pad_end[k]);
  }
  {
    guint32 constants[] = { 0, (guint32) x.half, (guint32) is_max,
      !is_max && attrs->count_include_pad
    };

    dispatch = vk_add_elements (kernel, "nn/pool", constants,
        G_N_ELEMENTS (constants), ((guint64) push.n + 1) / 2, error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &x, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

static gboolean
prepare_max (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  return prepare_pool (call, kernel, TRUE, error);
}

static gboolean
prepare_average (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  return prepare_pool (call, kernel, FALSE, error);
}

const SgVkOp vk_op_max_pool = {
  .op = "max_pool",
  .supports = supports,
  .prepare = prepare_max,
};

const SgVkOp vk_op_average_pool = {
  .op = "average_pool",
  .supports = supports,
  .prepare = prepare_average,
};
