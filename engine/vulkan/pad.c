/* gst-stylegan: Pad on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad.h"

#include <string.h>

#include "ops/check.h"
#include "ops/pad_resolve.h"
#include "push/pad.h"
#include "vulkan/operand.h"

/* Fills in the dimensions; those without padding merge. Returns: how many, or 0 if
 * they are too many */
static guint
merge_dims (const SgCall * call, const gint64 * begin, const gint64 * end,
    SgPushPad * push)
{
  const SgShape *x = &call->inputs[0].shape, *y = &call->outputs[0].shape;
  gboolean last_plain = FALSE;
  guint rank = 0;
  gint64 step = 1;

  push->start = 0;
  for (gint i = x->rank - 1; i >= 0; i--) {
    gboolean plain = begin[i] == 0 && end[i] == 0;
    /* negative pads crop first */
    gint64 cropped = -MIN (begin[i], 0);

    if (plain && last_plain) {
      push->size[rank - 1] *= (guint32) y->dim[i];
      push->kept[rank - 1] *= (gint32) y->dim[i];
    } else if (!(plain && x->dim[i] == 1)) {
      if (rank == PUSH_PAD_MAX_RANK)
        return 0;
      push->size[rank] = (guint32) y->dim[i];
      push->before[rank] = (gint32) MAX (begin[i], 0);
      push->kept[rank] = (gint32) (x->dim[i] - cropped + MIN (end[i], 0));
      push->step[rank++] = (guint32) step;
      push->start += (guint32) (cropped * step);
      last_plain = plain;
    }
    step *= x->dim[i];
  }
  if (rank == 0) {
    push->size[0] = push->step[0] = 1;
    push->kept[0] = 1;
    push->before[0] = 0;
    rank = 1;
  }
  return rank;
}

/* The bits of the constant as the GPU has them. */
static guint32
get_value (const SgVkKernel * kernel, const SgCall * call)
{
  const SgTensor *value = sg_call_get_constant (call, 2);
  SgDType dtype = call->inputs[0].dtype;
  guint32 bits = 0;

  if (value == NULL)
    return 0;
  if (vk_is_half (kernel->device, &call->inputs[0]))
    return sg_f32_to_f16 ((gfloat) sg_tensor_get (value, 0));
  if (value->desc.dtype == dtype)
    memcpy (&bits, value->data, sg_dtype_size (dtype));
  else
    sg_dtype_store (dtype, &bits, 0, sg_tensor_get (value, 0));
  return bits;
}

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
  gsize size = sg_dtype_size (call->inputs[0].dtype);
  SgPushPad push;

  return (size == 2 || size == 4) && (!sg_call_has_input (call, 2)
      || sg_call_get_constant (call, 2) || (vk_is_f32 (call)
          && call->inputs[2].dtype == SG_DTYPE_F32
          && !vk_is_half (device, &call->inputs[2])))
      && sg_pad_resolve (call, begin, end, NULL)
      && merge_dims (call, begin, end, &push) > 0;
}

static gboolean
prepare (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
  gboolean computed = sg_call_has_input (call, 2)
      && sg_call_get_constant (call, 2) == NULL;
  SgVkOperand x, value, y = vk_operand_output (kernel, 0);
  SgPushPad push = { 0 };
  SgVkDispatch *dispatch;

  if (!sg_pad_resolve (call, begin, end, error)
      || !vk_operand_input (kernel, call, 0, &x, error)
      || (computed && !vk_operand_input (kernel, call, 2, &value, error)))
    return FALSE;
  vk_capture_constants (kernel, call, 1);
  push.n = (guint32) sg_shape_elements (&call->outputs[0].shape);
  push.value = get_value (kernel, call);
  {
    guint32 constants[] = { 0, x.half
          || sg_dtype_size (call->inputs[0].dtype) == 2,
      merge_dims (call, begin, end, &push),
      ((const SgPadAttrs *) call->attrs)->mode, (guint32) computed
    };

    dispatch = vk_add_elements (kernel, "nn/pad", constants,
        G_N_ELEMENTS (constants), ((guint64) push.n + 7) / 8, error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &x, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_operand_bind (kernel, dispatch, computed ? &value : NULL, FALSE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_pad = {
  .op = "pad",
  .supports = supports,
  .prepare = prepare,
};
