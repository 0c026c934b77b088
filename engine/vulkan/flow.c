/* gst-stylegan: motion between frames, and pictures moved along it, on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"

#include "push/flow_match.h"
#include "push/flow_median.h"
#include "push/luma.h"
#include "push/warp.h"
#include "vulkan/operand.h"

/* Blocks side by side in a group of nn/flow_match.comp. */
#define MATCH_ACROSS 4
/* A group of nn/warp.comp where an invocation has a block. */
#define WARP_GROUP_X 16
#define WARP_GROUP_Y 8

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (sg_call_has_input (call, i)
        && call->inputs[i].dtype != SG_DTYPE_F32)
      return FALSE;
  return vk_is_f32 (call);
}

/* --- luma -------------------------------------------------------------------- */

static gboolean
prepare_luma (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  static const guint32 weights[3] = { 77, 150, 29 };
  const SgLumaAttrs *a = call->attrs;
  const gint64 *in = call->inputs[0].shape.dim;
  const gint64 *out = call->outputs[0].shape.dim;
  guint per_invocation = a->factor == 1 ? 8 : 4;
  gboolean whole = a->factor == 1 ? in[2] * in[3] % 8 == 0 : in[3] % 8 == 0;
  SgPushLuma push = { (guint32) sg_shape_elements (&call->outputs[0].shape),
    (guint32) in[2], (guint32) in[3], (guint32) out[2], (guint32) out[3],
    {256}, a->offset, 255.0f / a->scale
  };
  SgVkOperand x, y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  if (!vk_operand_input (kernel, call, 0, &x, error))
    return FALSE;
  for (guint i = 0; in[1] == 3 && i < 3; i++)
    push.weights[i] = weights[a->order[i]];
  {
    guint32 constants[] = { 0, (guint32) x.half, (guint32) in[1],
      (guint32) a->factor, (guint32) whole
    };

    dispatch = vk_add_elements (kernel, "nn/luma", constants,
        G_N_ELEMENTS (constants), ((guint64) push.n + per_invocation - 1)
        / per_invocation, error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &x, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_luma = {
  .op = "luma",
  .supports = supports,
  .prepare = prepare_luma,
};

/* --- flow_match ------------------------------------------------------------------ */

static SgPushFlowMatch
make_match_push (const SgCall * call)
{
  const SgFlowMatchAttrs *a = call->attrs;
  const gint64 *in = call->inputs[0].shape.dim;
  const gint64 *grid = call->outputs[0].shape.dim;
  SgPushFlowMatch push = { (gint32) in[2], (gint32) in[3], (gint32) grid[2],
    (gint32) grid[3], 0, 0, 0, a->step, a->unit, a->smoothness
  };

  if (sg_call_has_input (call, 2)) {
    const gint64 *coarse = call->inputs[2].shape.dim;

    push.coarse_height = (gint32) coarse[2];
    push.coarse_width = (gint32) coarse[3];
    push.halved = coarse[2] != grid[2] || coarse[3] != grid[3];
  }
  return push;
}

static gboolean
prepare_match (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgFlowMatchAttrs *a = call->attrs;
  const SgPushFlowMatch push = make_match_push (call);
  guint32 local = vk_local_size (device), down;
  SgVkOperand in[3], out[2];
  SgVkDispatch *dispatch;

  for (guint i = 0; i < 3; i++)
    if (sg_call_has_input (call, i)
        && !vk_operand_input (kernel, call, i, &in[i], error))
      return FALSE;
  for (guint i = 0; i < 2; i++)
    out[i] = vk_operand_output (kernel, i);
  {
    guint32 constants[] = { local, (guint32) in[0].half, (guint32) a->window,
      (guint32) a->radius, (guint32) a->subpixel, MATCH_ACROSS,
      (guint32) a->wrap
    };

    dispatch = vk_kernel_add (kernel, "nn/flow_match", constants,
        G_N_ELEMENTS (constants), 0, error);
  }
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    vk_operand_bind (kernel, dispatch,
        sg_call_has_input (call, i) ? &in[i] : NULL, FALSE);
  for (guint i = 0; i < 2; i++)
    vk_operand_bind (kernel, dispatch, &out[i], TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  down = local / (guint32) a->window / MATCH_ACROSS;
  vk_dispatch_groups (dispatch, (push.grid_width + MATCH_ACROSS - 1)
      / MATCH_ACROSS, (push.grid_height + down - 1) / down, 1);
  return TRUE;
}

const SgVkOp vk_op_flow_match = {
  .op = "flow_match",
  .supports = supports,
  .prepare = prepare_match,
};

/* --- flow_median ------------------------------------------------------------------ */

static gboolean
prepare_median (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  const SgPushFlowMedian push = { (gint32) dim[2], (gint32) dim[3] };
  SgVkOperand x, y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  if (!vk_operand_input (kernel, call, 0, &x, error))
    return FALSE;
  {
    guint32 constants[] = { 0, (guint32) x.half };

    dispatch = vk_add_elements (kernel, "nn/flow_median", constants,
        G_N_ELEMENTS (constants), (guint64) (dim[2] * dim[3]), error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &x, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_flow_median = {
  .op = "flow_median",
  .supports = supports,
  .prepare = prepare_median,
};

/* --- warp ------------------------------------------------------------------------- */

static gboolean
supports_warp (SgVkDevice * device, const SgCall * call)
{
  /* the shader's indices are signed; the plane is a dimension of the dispatch */
  return supports (device, call)
      && sg_shape_elements (&call->inputs[0].shape) < G_MAXINT32 / 2
      && call->inputs[0].shape.dim[1] <= G_MAXUINT16;
}

/* By blocks, or by elements where blocks are of another size or do not begin at whole
 * words. */
static SgVkDispatch *
add_warp (SgVkKernel * kernel, const SgPushWarp * push, gboolean half,
    gboolean wrap, GError ** error)
{
  gboolean blocks = (push->step == 2 || push->step == 4)
      && push->width % push->step == 0;
  guint32 constants[] = { blocks ? WARP_GROUP_X : 0, blocks ? WARP_GROUP_Y : 1,
    (guint32) half, blocks ? (guint32) push->step : 0, (guint32) wrap
  };
  guint64 n = (guint64) push->channels * (guint64) push->height
      * (guint64) push->width;
  SgVkDispatch *dispatch;

  if (!blocks)
    return vk_add_elements (kernel, "nn/warp", constants,
        G_N_ELEMENTS (constants), (n + 1) / 2, error);
  dispatch = vk_kernel_add (kernel, "nn/warp", constants,
      G_N_ELEMENTS (constants), 0, error);
  if (dispatch)
    vk_dispatch_groups (dispatch, (push->grid_width + WARP_GROUP_X - 1)
        / WARP_GROUP_X, (push->grid_height + WARP_GROUP_Y - 1)
        / WARP_GROUP_Y, (guint64) push->channels);
  return dispatch;
}

static gboolean
prepare_warp (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgWarpAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  const gint64 *grid = call->inputs[1].shape.dim;
  const SgPushWarp push = { (gint32) dim[1], (gint32) dim[2], (gint32) dim[3],
    (gint32) grid[2], (gint32) grid[3], a->step, a->unit,
    (gint32) dim[1] - a->nearest
  };
  SgVkOperand x, flow, y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  if (!vk_operand_input (kernel, call, 0, &x, error)
      || !vk_operand_input (kernel, call, 1, &flow, error))
    return FALSE;
  dispatch = add_warp (kernel, &push, x.half, a->wrap, error);
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &x, FALSE);
  vk_operand_bind (kernel, dispatch, &flow, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_warp = {
  .op = "warp",
  .supports = supports_warp,
  .prepare = prepare_warp,
};
