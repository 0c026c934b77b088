/* gst-stylegan: Slice, every step-th element from start to end
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/slice.h"

#include "ops/check.h"
#include "ops/gradient.h"
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

/* The steps of axis @axis filled up with zeros, one element behind the other in
 * the direction of the step: from @size to @size * |step| elements. */
static SgValue *
spread (SgGradient * g, SgValue * a, gint axis, gint64 step)
{
  SgShape shape = a->desc.shape, inner = shape;
  gint64 begin[SG_MAX_RANK] = { 0, }, end[SG_MAX_RANK] = { 0, };

  /* As [rows, 1, columns], which is padded to [rows, step, columns]. */
  inner.rank = 3;
  inner.dim[0] = inner.dim[2] = inner.dim[1] = 1;
  for (gint i = 0; i < shape.rank; i++)
    inner.dim[i <= axis ? 0 : 2] *= shape.dim[i];
  end[1] = step - 1;
  a = sg_gradient_pad (g, sg_gradient_reshape (g, a, &inner), begin, end);
  shape.dim[axis] *= step;
  return sg_gradient_reshape (g, a, &shape);
}

static SgValue *
reverse (SgGradient * g, SgValue * a, gint axis)
{
  const gint64 start = -1, end = G_MININT64, index = axis, step = -1;

  return sg_gradient_node (g, "slice", NULL, 5, a,
      sg_gradient_ints (g, &start, 1), sg_gradient_ints (g, &end, 1),
      sg_gradient_ints (g, &index, 1), sg_gradient_ints (g, &step, 1));
}

/* Back to where it was taken from, with zeros around. */
static void
gradient (SgGradient * g)
{
  const SgShape *x = sg_gradient_input_shape (g, 0);
  SgValue *a = g->outputs[0];
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
  SgSliceRange range;

  if (!sg_slice_resolve (g->call, &range, &g->build.error))
    return;
  for (gint i = 0; i < x->rank && g->build.error == NULL; i++) {
    gint64 step = ABS (range.step[i]), size = range.size[i] * step;
    gboolean back = range.step[i] < 0 && range.size[i] > 1;

    begin[i] = back ? range.start[i] - (range.size[i] - 1) * step
        : range.start[i];
    if (back)
      a = reverse (g, a, i);
    if (step > 1 && range.size[i] > 1)
      a = spread (g, a, i, step);
    else
      size = range.size[i];
    end[i] = x->dim[i] - begin[i] - size;
  }
  g->inputs[0] = sg_gradient_pad (g, a, begin, end);
}

static const SgOnnxName names[] = {
  {"Slice", 1, 9, parse_1},
  {"Slice", 10, 0, NULL},
  {NULL}
};

SG_DEFINE_OP (slice, .onnx = names, .min_inputs = 3, .max_inputs = 5,
    .infer = infer, .flops = sg_flops_none, .gradient = gradient);
