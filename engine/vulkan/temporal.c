/* gst-stylegan: the filter over time on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"

#include "push/scene_change.h"
#include "push/select.h"
#include "push/temporal_blend.h"
#include "push/temporal_confidence.h"
#include "push/warp_error.h"
#include "vulkan/operand.h"

/* Of shaders that go by rows, 8 elements at a time (kernels/common/rows.glsl). */
#define ROWS_GROUP_X 8
#define ROWS_GROUP_Y 16
/* Words that a group of nn/scene_count.comp writes; what it should count of a picture,
 * and what fits its 16 bits with a step to spare. */
#define SCENE_WORDS 1309
#define SCENE_PART 4096
#define SCENE_MAX_PART 32768
/* Elements for a group that adds up errors. */
#define ERROR_PART 8192
#define MAX_PARTS 64

#define MAX_OPERANDS 5

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (sg_call_has_input (call, i)
        && call->inputs[i].dtype != SG_DTYPE_F32)
      return FALSE;
  return vk_is_f32 (call);
}

/* Nothing is moved along the flow in the same kernel. */
static gboolean
supports_unmoved (SgVkDevice * device, const SgCall * call)
{
  return sg_flow_get_move (call->op, call->attrs)->step == 0
      && supports (device, call);
}

/* All inputs of the call; those omitted are not touched. */
static gboolean
get_inputs (SgVkKernel * kernel, const SgCall * call,
    SgVkOperand operands[MAX_OPERANDS], GError ** error)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (sg_call_has_input (call, i)
        && !vk_operand_input (kernel, call, i, &operands[i], error))
      return FALSE;
  return TRUE;
}

/* @shader for a picture of @height x @width, with the rows' constants set. */
static SgVkDispatch *
add_rows (SgVkKernel * kernel, const gchar * shader, guint32 * constants,
    guint n_constants, gint64 height, gint64 width, GError ** error)
{
  /* where rows begin anywhere there may be a further 8 elements in one */
  guint64 across = (guint64) (width + (width % 8 ? 15 : 7)) / 8;
  SgVkDispatch *dispatch;

  constants[0] = ROWS_GROUP_X;
  constants[1] = ROWS_GROUP_Y;
  constants[3] = width % 8 == 0;
  dispatch = vk_kernel_add (kernel, shader, constants, n_constants, 0, error);
  if (dispatch)
    vk_dispatch_groups (dispatch, (across + ROWS_GROUP_X - 1) / ROWS_GROUP_X,
        ((guint64) height + ROWS_GROUP_Y - 1) / ROWS_GROUP_Y, 1);
  return dispatch;
}

/* --- scene_change ---------------------------------------------------------------- */

/* Groups that count @n elements. */
static guint32
get_scene_parts (gint64 n)
{
  gint64 wanted = CLAMP (n / SCENE_PART, 1, MAX_PARTS);

  return (guint32) MAX (wanted, (n + SCENE_MAX_PART - 1) / SCENE_MAX_PART);
}

static SgPushSceneChange
make_scene_push (const SgCall * call)
{
  const SgSceneChangeAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  gint64 n_costs = sg_shape_elements (&call->inputs[2].shape);

  return (SgPushSceneChange) {
  (guint32) dim[2], (guint32) dim[3], (guint32) n_costs,
        get_scene_parts (MAX (dim[2] * dim[3], n_costs)), a->distance, a->cost};
}

static gboolean
supports_scene (SgVkDevice * device, const SgCall * call)
{
  return supports (device, call)
      && vk_fits_scratch (device,
      (guint64) make_scene_push (call).n_parts * SCENE_WORDS);
}

static gboolean
prepare_scene (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgPushSceneChange push = make_scene_push (call);
  SgVkOperand in[MAX_OPERANDS], y = vk_operand_output (kernel, 0), counts;
  SgVkDispatch *dispatch;

  if (!get_inputs (kernel, call, in, error))
    return FALSE;
  counts = vk_operand_scratch (kernel, (guint64) push.n_parts * SCENE_WORDS);
  {
    guint32 constants[] = { 0, (guint32) in[0].half };

    dispatch = vk_add_groups (kernel, "nn/scene_count", constants,
        G_N_ELEMENTS (constants), push.n_parts, error);
  }
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    vk_operand_bind (kernel, dispatch, &in[i], FALSE);
  vk_operand_bind (kernel, dispatch, &counts, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  {
    guint32 constants[] = { 0 };

    dispatch = vk_add_groups (kernel, "nn/scene_change", constants, 1, 1,
        error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &counts, FALSE);
  vk_operand_bind (kernel, dispatch, &in[3], FALSE);
  vk_operand_bind (kernel, dispatch, &in[4], FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_scene_change = {
  .op = "scene_change",
  .supports = supports_scene,
  .prepare = prepare_scene,
};

/* --- temporal_confidence ------------------------------------------------------------ */

static gboolean
prepare_confidence (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  const SgTemporalConfidenceAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  gboolean has_flow = sg_call_has_input (call, 3);
  SgPushTemporalConfidence push = { (gint32) dim[2], (gint32) dim[3], 0, 0,
    a->step, a->sharpness / (255.0f * 255.0f)
  };
  SgVkOperand in[MAX_OPERANDS], y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  if (!get_inputs (kernel, call, in, error))
    return FALSE;
  if (has_flow) {
    push.grid_height = (gint32) call->inputs[3].shape.dim[2];
    push.grid_width = (gint32) call->inputs[3].shape.dim[3];
  }
  {
    guint32 constants[] = { 0, 0, (guint32) in[0].half, 0, (guint32) has_flow,
      (guint32) a->wrap
    };

    dispatch = add_rows (kernel, "nn/temporal_confidence", constants,
        G_N_ELEMENTS (constants), dim[2], dim[3], error);
  }
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    vk_operand_bind (kernel, dispatch, i < 3 || has_flow ? &in[i] : NULL,
        FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_temporal_confidence = {
  .op = "temporal_confidence",
  .supports = supports_unmoved,
  .prepare = prepare_confidence,
};

/* --- temporal_blend ------------------------------------------------------------------ */

static gboolean
prepare_blend (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgTemporalBlendAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  const SgPushTemporalBlend push = { (gint32) dim[1], (gint32) dim[2],
    (gint32) dim[3], a->max_length, a->clip, a->clip_floor, a->slack
  };
  SgVkOperand in[MAX_OPERANDS];
  SgVkDispatch *dispatch;

  if (!get_inputs (kernel, call, in, error))
    return FALSE;
  {
    guint32 constants[] = { 0, 0, (guint32) in[0].half, 0, (guint32) a->wrap };

    dispatch = add_rows (kernel, "nn/temporal_blend", constants,
        G_N_ELEMENTS (constants), dim[2], dim[3], error);
  }
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < 5; i++)
    vk_operand_bind (kernel, dispatch, &in[i], FALSE);
  for (guint i = 0; i < 2; i++) {
    SgVkOperand y = vk_operand_output (kernel, i);

    vk_operand_bind (kernel, dispatch, &y, TRUE);
  }
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_temporal_blend = {
  .op = "temporal_blend",
  .supports = supports_unmoved,
  .prepare = prepare_blend,
};

/* --- select ------------------------------------------------------------------------- */

static gboolean
prepare_select (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgSelectAttrs *a = call->attrs;
  const SgPushSelect push = {
    (guint32) (vk_tensor_bytes (device, &call->outputs[0]) / 16),
    (guint32) a->index
  };
  guint32 constants[] = { 0 };
  SgVkOperand in[MAX_OPERANDS], y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  if (!get_inputs (kernel, call, in, error))
    return FALSE;
  dispatch = vk_add_elements (kernel, "nn/select", constants, 1, push.n, error);
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    vk_operand_bind (kernel, dispatch, &in[i], FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_select = {
  .op = "select",
  .supports = supports,
  .prepare = prepare_select,
};

/* --- warp_error ---------------------------------------------------------------------- */

static gboolean
add_error_merge (SgVkKernel * kernel, const SgPushWarpError * push,
    const SgVkOperand * parts, GError ** error)
{
  guint32 constants[] = { 0 };
  SgVkOperand y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch = vk_add_groups (kernel, "nn/warp_error_merge",
      constants, 1, 1, error);

  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, parts, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, push, sizeof *push);
  return TRUE;
}

static gboolean
prepare_error (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgWarpErrorAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  gint64 n = dim[2] * dim[3];
  const SgPushWarpError push = { (guint32) n, (guint32) dim[3],
    (guint32) a->factor, (guint32) call->inputs[2].shape.dim[3],
    (guint32) CLAMP (n / ERROR_PART, 1, MAX_PARTS)
  };
  SgVkOperand in[MAX_OPERANDS], parts;
  SgVkDispatch *dispatch;

  if (!get_inputs (kernel, call, in, error))
    return FALSE;
  parts = vk_operand_scratch (kernel, (guint64) push.n_parts * 2);
  {
    guint32 constants[] = { 0, (guint32) in[0].half };

    dispatch = vk_add_groups (kernel, "nn/warp_error", constants,
        G_N_ELEMENTS (constants), push.n_parts, error);
  }
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    vk_operand_bind (kernel, dispatch, &in[i], FALSE);
  vk_operand_bind (kernel, dispatch, &parts, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return add_error_merge (kernel, &push, &parts, error);
}

const SgVkOp vk_op_warp_error = {
  .op = "warp_error",
  .supports = supports_unmoved,
  .prepare = prepare_error,
};
