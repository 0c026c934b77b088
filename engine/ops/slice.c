/* gst-stylegan: Slice, every step-th element from start to end
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/slice.h"

#include "ops/check.h"
#include "ops/ops.h"

/* One axis of @dim elements, as Python slices: negative bounds count from the
 * end, bounds outside are moved to the border. */
static void
resolve_axis (gint64 dim, gint64 start, gint64 end, gint64 step,
    SgSliceRange * range, gint axis)
{
  /* Going backwards, the border is before the first element. */
  gint64 low = step > 0 ? 0 : -1, high = step > 0 ? dim : dim - 1;
  gint64 distance;

  /* Every longer step takes one element as well, and may overflow later. */
  step = CLAMP (step, -dim - 1, dim + 1);
  /* The same for bounds, which are often the smallest or largest integer. */
  start = start < 0 ? MAX (start, -dim - 1) + dim : start;
  end = end < 0 ? MAX (end, -dim - 1) + dim : end;
  start = MAX (MIN (start, high), 0);
  end = MAX (MIN (end, high), low);
  distance = step > 0 ? end - start : start - end;
  if (dim == 0 || distance <= 0) {
    range->start[axis] = range->size[axis] = 0;
    range->step[axis] = 1;
    return;
  }
  range->start[axis] = start;
  range->step[axis] = step;
  range->size[axis] = (distance - 1) / ABS (step) + 1;
}

/* Input @index if it is there, which must have @n entries. */
static gboolean
get_ints (const SgCall * call, guint index, const gchar * what, guint n,
    gint64 * values, gboolean * given, GError ** error)
{
  guint found;

  *given = sg_call_has_input (call, index);
  if (!*given)
    return TRUE;
  if (!sg_call_get_ints (call, index, values, SG_MAX_RANK, &found, error))
    return FALSE;
  if (found != n)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%u starts but %u %s", n, found, what);
  return TRUE;
}

gboolean
sg_slice_resolve (const SgCall * call, SgSliceRange * range, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  gint64 starts[SG_MAX_RANK], ends[SG_MAX_RANK], axes[SG_MAX_RANK],
      steps[SG_MAX_RANK];
  gboolean has_ends, has_axes, has_steps, seen[SG_MAX_RANK];
  guint n;

  if (!sg_call_get_ints (call, 1, starts, SG_MAX_RANK, &n, error)
      || !get_ints (call, 2, "ends", n, ends, &has_ends, error)
      || !get_ints (call, 3, "axes", n, axes, &has_axes, error)
      || !get_ints (call, 4, "steps", n, steps, &has_steps, error))
    return FALSE;
  for (guint i = 0; i < n && !has_axes; i++)
    axes[i] = i;
  if (!sg_call_axes (call, axes, n, x->rank, seen, error))
    return FALSE;
  for (gint i = 0; i < x->rank; i++) {
    range->start[i] = 0;
    range->step[i] = 1;
    range->size[i] = x->dim[i];
  }
  for (guint i = 0; i < n; i++) {
    gint axis = axes[i] < 0 ? axes[i] + x->rank : axes[i];
    gint64 step = has_steps ? steps[i] : 1;

    if (step == 0)
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "the step of axis %d is 0", axis);
    resolve_axis (x->dim[axis], starts[i], ends[i], step, range, axis);
  }
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  SgSliceRange range;

  if (!sg_slice_resolve (call, &range, error))
    return FALSE;
  call->outputs[0].dtype = call->inputs[0].dtype;
  call->outputs[0].shape = sg_shape_from (range.size,
      call->inputs[0].shape.rank);
  return TRUE;
}

static gboolean
parse_1 (SgImport * import, gpointer attrs, GError ** error)
{
  if (!sg_import_find (import, "starts") || !sg_import_find (import, "ends"))
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "the attributes starts and ends are missing");
  sg_import_ints_to_input (import, "starts", 1);
  sg_import_ints_to_input (import, "ends", 2);
  sg_import_ints_to_input (import, "axes", 3);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"Slice", 1, 9, parse_1},
  {"Slice", 10, 0, NULL},
  {NULL}
};

SG_DEFINE_OP (slice, .onnx = names, .min_inputs = 3, .max_inputs = 5,
    .infer = infer, .flops = sg_flops_none);
