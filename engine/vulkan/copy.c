/* gst-stylegan: operators that move data, on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/copy.h"

#include "ops/concat.h"
#include "ops/crop.h"
#include "ops/depth_to_space.h"
#include "ops/slice.h"
#include "ops/split.h"
#include "ops/transpose.h"
#include "push/copy.h"

void
vk_view_add (SgVkView * view, gint64 dim, gint64 step)
{
  guint last = view->rank - 1;

  if (dim == 1)
    return;
  if (view->rank > 0 && step == view->step[last] * view->dim[last]) {
    view->dim[last] *= dim;
    return;
  }
  view->dim[view->rank] = dim;
  view->step[view->rank++] = step;
}

/* Of elements that are two words each. */
static void
double_words (SgVkView * view, SgVkRows * rows)
{
  SgVkView pairs = { .start = 2 * view->start };

  vk_view_add (&pairs, 2, 1);
  for (guint i = 0; i < view->rank; i++)
    vk_view_add (&pairs, view->dim[i], 2 * view->step[i]);
  *view = pairs;
  rows->first *= 2;
  rows->width *= 2;
  rows->pitch *= 2;
}

/* The copy can go by vectors of 8. */
static gboolean
is_whole (const SgVkView * view, const SgVkRows * rows, gboolean dense)
{
  if (view->step[0] != 1 || view->start % 8 != 0)
    return FALSE;
  if (!dense && (rows->first % 8 != 0 || rows->width % 8 != 0
          || rows->pitch % 8 != 0))
    return FALSE;
  for (guint i = 1; i < view->rank; i++)
    if (view->step[i] % 8 != 0)
      return FALSE;
  return view->rank < 2 || view->dim[0] % 8 == 0;
}

gboolean
vk_add_copy (SgVkKernel * kernel, SgDType dtype, const SgVkOperand * from,
    const SgVkView * view, const SgVkOperand * to, const SgVkRows * rows,
    GError ** error)
{
  gboolean narrow = sg_dtype_size (dtype) == 2;
  SgVkView v = *view;
  SgVkRows r = *rows;
  gboolean dense = r.n_rows == 1 && r.first == 0;
  SgPushCopy push = { 0 };
  SgVkDispatch *dispatch;

  if (sg_dtype_size (dtype) == 8)
    double_words (&v, &r);
  if (v.rank == 0) {
    v.dim[0] = v.step[0] = 1;
    v.rank = 1;
  }
  g_return_val_if_fail (v.rank <= G_N_ELEMENTS (push.dim), FALSE);
  push.first = (guint32) r.first;
  push.width = (guint32) r.width;
  push.pitch = (guint32) r.pitch;
  push.n_rows = (guint32) r.n_rows;
  push.chunks = (guint32) ((r.width + (dense ? 7 : 14)) / 8);
  push.start = (guint32) v.start;
  for (guint i = 0; i < v.rank; i++) {
    push.dim[i] = (guint32) v.dim[i];
    push.step[i] = (gint32) v.step[i];
  }
  {
    guint32 constants[] = { 0, narrow || from->half, narrow || to->half,
      v.rank, !dense, is_whole (&v, &r, dense)
    };

    dispatch = vk_add_elements (kernel, "nn/copy", constants,
        G_N_ELEMENTS (constants), r.n_rows * push.chunks, error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, from, FALSE);
  vk_operand_bind (kernel, dispatch, to, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

gboolean
vk_add_convert (SgVkKernel * kernel, const SgVkOperand * from,
    const SgVkOperand * to, guint64 n, GError ** error)
{
  const SgVkRows rows = VK_ROWS_ALL (n);
  SgVkView view = { 0 };

  vk_view_add (&view, (gint64) n, 1);
  return vk_add_copy (kernel, SG_DTYPE_F32, from, &view, to, &rows, error);
}

/* --- operators with one order --------------------------------------------- */

static void
dense_steps (const SgShape * shape, gint64 steps[SG_MAX_RANK])
{
  gint64 step = 1;

  for (gint i = shape->rank - 1; i >= 0; i--) {
    steps[i] = step;
    step *= shape->dim[i];
  }
}

static gboolean
view_all (const SgCall * call, SgVkView * view)
{
  vk_view_add (view, sg_shape_elements (&call->inputs[0].shape), 1);
  return TRUE;
}

static gboolean
view_slice (const SgCall * call, SgVkView * view)
{
  const SgShape *x = &call->inputs[0].shape;
  gint64 steps[SG_MAX_RANK];
  SgSliceRange range;

  if (!sg_slice_resolve (call, &range, NULL))
    return FALSE;
  dense_steps (x, steps);
  for (gint i = x->rank - 1; i >= 0; i--) {
    view->start += range.start[i] * steps[i];
    vk_view_add (view, range.size[i], range.step[i] * steps[i]);
  }
  return TRUE;
}

static gboolean
view_crop (const SgCall * call, SgVkView * view)
{
  const SgCropAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *y = &call->outputs[0].shape;
  gint64 steps[SG_MAX_RANK];

  dense_steps (x, steps);
  view->start = attrs->top * steps[2] + attrs->left;
  for (gint i = 3; i >= 0; i--)
    vk_view_add (view, y->dim[i], steps[i]);
  return TRUE;
}

static gboolean
view_transpose (const SgCall * call, SgVkView * view)
{
  const SgShape *x = &call->inputs[0].shape;
  gint64 steps[SG_MAX_RANK];
  gint perm[SG_MAX_RANK];

  sg_transpose_resolve (call->attrs, x->rank, perm);
  dense_steps (x, steps);
  for (gint i = x->rank - 1; i >= 0; i--)
    vk_view_add (view, x->dim[perm[i]], steps[perm[i]]);
  return TRUE;
}

static gboolean
view_expand (const SgCall * call, SgVkView * view)
{
  const SgShape *x = &call->inputs[0].shape, *y = &call->outputs[0].shape;
  gint64 steps[SG_MAX_RANK];
  gint lead = y->rank - x->rank;

  dense_steps (x, steps);
  for (gint i = y->rank - 1; i >= 0; i--) {
    gboolean repeats = i < lead || x->dim[i - lead] == 1;

    vk_view_add (view, y->dim[i], repeats ? 0 : steps[i - lead]);
  }
  return TRUE;
}

/* y [N, C, h, i, w, j] of x [N, (i, j, C) or (C, i, j), h, w] */
static gboolean
view_depth_to_space (const SgCall * call, SgVkView * view)
{
  const SgDepthToSpaceAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  gint64 b = attrs->blocksize, w = x->dim[3], plane = x->dim[2] * w;
  gint64 channels = x->dim[1] / (b * b);
  gint64 step = attrs->crd ? plane : channels * plane;

  vk_view_add (view, b, step);
  vk_view_add (view, w, 1);
  vk_view_add (view, b, b * step);
  vk_view_add (view, x->dim[2], w);
  vk_view_add (view, channels, attrs->crd ? b * b * plane : plane);
  vk_view_add (view, x->dim[0], x->dim[1] * plane);
  return TRUE;
}

/* y [N, (i, j, C) or (C, i, j), h, w] of x [N, C, h, i, w, j] */
static gboolean
view_space_to_depth (const SgCall * call, SgVkView * view)
{
  const SgDepthToSpaceAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  gint64 b = attrs->blocksize, w = x->dim[3], plane = x->dim[2] * w;

  vk_view_add (view, w / b, b);
  vk_view_add (view, x->dim[2] / b, b * w);
  if (!attrs->crd)
    vk_view_add (view, x->dim[1], plane);
  vk_view_add (view, b, 1);
  vk_view_add (view, b, w);
  if (attrs->crd)
    vk_view_add (view, x->dim[1], plane);
  vk_view_add (view, x->dim[0], x->dim[1] * plane);
  return TRUE;
}

/* Words, and ranks that two of them for each element leave room for. */
static gboolean
can_move (const SgCall * call)
{
  const SgTensorDesc *x = &call->inputs[0], *y = &call->outputs[0];
  gsize size = sg_dtype_size (x->dtype);

  return size == 2 || size == 4 || (size == 8
      && MAX (x->shape.rank, y->shape.rank) < SG_MAX_RANK);
}

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  return call->n_outputs == 1 && can_move (call);
}

static gboolean
supports_slice (SgVkDevice * device, const SgCall * call)
{
  SgVkView view = { 0 };

  return supports (device, call) && view_slice (call, &view);
}

static gboolean
prepare_view (const SgCall * call, SgVkKernel * kernel,
    gboolean (*get) (const SgCall *, SgVkView *), GError ** error)
{
  SgVkRows rows = VK_ROWS_ALL (sg_shape_elements (&call->outputs[0].shape));
  SgVkOperand x, y = vk_operand_output (kernel, 0);
  SgVkView view = { 0 };

  if (!get (call, &view))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "inputs are not constant");
  vk_capture_constants (kernel, call, 1);
  return vk_operand_input (kernel, call, 0, &x, error)
      && vk_add_copy (kernel, call->inputs[0].dtype, &x, &view, &y, &rows,
      error);
}

#define COPY_OP(word, may, view, can_alias) \
static gboolean \
prepare_ ## word (SgVkDevice * device, const SgCall * call, \
    SgVkKernel * kernel, GError ** error) \
{ \
  return prepare_view (call, kernel, view, error); \
} \
\
const SgVkOp vk_op_ ## word = { \
  .op = #word, \
  .supports = may, \
  .prepare = prepare_ ## word, \
  .in_place = can_alias, \
};

/* *INDENT-OFF* */
COPY_OP (crop, supports, view_crop, FALSE)
COPY_OP (depth_to_space, supports, view_depth_to_space, FALSE)
COPY_OP (expand, supports, view_expand, FALSE)
COPY_OP (flatten, supports, view_all, TRUE)
COPY_OP (identity, supports, view_all, TRUE)
COPY_OP (reshape, supports, view_all, TRUE)
COPY_OP (slice, supports_slice, view_slice, FALSE)
COPY_OP (space_to_depth, supports, view_space_to_depth, FALSE)
COPY_OP (squeeze, supports, view_all, TRUE)
COPY_OP (transpose, supports, view_transpose, FALSE)
COPY_OP (unsqueeze, supports, view_all, TRUE)
/* *INDENT-ON* */

/* --- concat and split ----------------------------------------------------- */

static gint
normal_axis (gint64 axis, gint rank)
{
  return (gint) (axis < 0 ? axis + rank : axis);
}

static gboolean
prepare_concat (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgShape *y = &call->outputs[0].shape;
  gint axis = normal_axis (((const SgConcatAttrs *) call->attrs)->axis,
      y->rank);
  guint64 inner = vk_count (y, axis + 1, y->rank);
  SgVkRows rows = { 0, 0, inner * (guint64) y->dim[axis],
    vk_count (y, 0, axis)
  };
  SgVkOperand x, to = vk_operand_output (kernel, 0);

  for (guint i = 0; i < call->n_inputs; i++) {
    SgVkView view = { 0 };

    rows.width = inner * (guint64) call->inputs[i].shape.dim[axis];
    vk_view_add (&view, (gint64) (rows.n_rows * rows.width), 1);
    if (!vk_operand_input (kernel, call, i, &x, error)
        || !vk_add_copy (kernel, call->inputs[0].dtype, &x, &view, &to, &rows,
            error))
      return FALSE;
    rows.first += rows.width;
  }
  return TRUE;
}

/* A kernel notes which of 32 inputs are constant. */
static gboolean
supports_concat (SgVkDevice * device, const SgCall * call)
{
  return call->n_inputs <= 32 && can_move (call);
}

const SgVkOp vk_op_concat = {
  .op = "concat",
  .supports = supports_concat,
  .prepare = prepare_concat,
};

static gboolean
supports_split (SgVkDevice * device, const SgCall * call)
{
  return can_move (call);
}

static gboolean
prepare_split (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  gint axis = normal_axis (((const SgSplitAttrs *) call->attrs)->axis,
      x->rank);
  gint64 inner = (gint64) vk_count (x, axis + 1, x->rank), first = 0;
  SgVkOperand from;

  if (!vk_operand_input (kernel, call, 0, &from, error))
    return FALSE;
  vk_capture_constants (kernel, call, 1);
  for (guint i = 0; i < call->n_outputs; i++) {
    const SgShape *y = &call->outputs[i].shape;
    SgVkRows rows = VK_ROWS_ALL (sg_shape_elements (y));
    SgVkOperand to = vk_operand_output (kernel, i);
    SgVkView view = { .start = first * inner };

    vk_view_add (&view, y->dim[axis] * inner, 1);
    vk_view_add (&view, (gint64) vk_count (x, 0, axis), x->dim[axis] * inner);
    if (!vk_add_copy (kernel, call->inputs[0].dtype, &from, &view, &to, &rows,
            error))
      return FALSE;
    first += y->dim[axis];
  }
  return TRUE;
}

const SgVkOp vk_op_split = {
  .op = "split",
  .supports = supports_split,
  .prepare = prepare_split,
};
