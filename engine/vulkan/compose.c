/* gst-stylegan: compose on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/compose.h"

#include "push/compose.h"
#include "vulkan/operand.h"

#define PIXELS 8                /* of an invocation */

static gboolean
is_whole (const SgCall * call)
{
  return vk_count (&call->outputs[0].shape, 2, 4) % PIXELS == 0;
}

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (sg_call_has_input (call, i)
        && call->inputs[i].dtype != SG_DTYPE_F32)
      return FALSE;
  return vk_is_f32 (call);
}

/* Where invocations have pixels of their own. */
static gboolean
supports_in_place (SgVkDevice * device, const SgCall * call)
{
  return supports (device, call) && is_whole (call);
}

static gboolean
prepare (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const gint64 channels = call->inputs[0].shape.dim[1];
  const gboolean masked = sg_call_has_input (call, 3);
  const gboolean whole = is_whole (call);
  SgPushCompose push = {
    (guint32) vk_count (&call->outputs[0].shape, 2, 4)
  };
  guint64 n = push.size * (whole ? 1 : (guint64) channels);
  SgVkOperand in[4], y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  for (guint i = 0; i < 3 + (guint) masked; i++)
    if (!vk_operand_input (kernel, call, i, &in[i], error))
      return FALSE;
  sg_compose_get_luma (call->attrs, channels, push.luma);
  {
    guint32 constants[] = { 0, (guint32) in[0].half, (guint32) channels,
      (guint32) masked, (guint32) whole
    };

    dispatch = vk_add_elements (kernel, "nn/compose", constants,
        G_N_ELEMENTS (constants), (n + PIXELS - 1) / PIXELS, error);
  }
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    vk_operand_bind (kernel, dispatch, i < 3 || masked ? &in[i] : NULL, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_compose_in_place = {
  .op = "compose",
  .supports = supports_in_place,
  .prepare = prepare,
  .in_place = TRUE,
};

const SgVkOp vk_op_compose = {
  .op = "compose",
  .supports = supports,
  .prepare = prepare,
};
