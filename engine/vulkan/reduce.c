/* gst-stylegan: means, sums and softmax on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/reduce.h"

#include "ops/softmax.h"
#include "push/reduce.h"
#include "push/softmax.h"
#include "vulkan/copy.h"

/* Elements that one group sums at least, when there are too few sums for all groups
 * of the GPU; and an invocation, where each has a sum. */
#define ROW_PART 8192
#define ENOUGH_ROWS 512
#define COLUMN_PART 64
#define ENOUGH_COLUMNS 65536

/* Partial results: two f32 for each element of x at worst. */
static gboolean
fits (const SgVkDevice * device, const SgCall * call)
{
  return vk_fits_scratch (device,
      2 * (guint64) sg_shape_elements (&call->inputs[0].shape));
}

/* --- one dimension -------------------------------------------------------- */

/* How much of @count to sum at a time. */
static guint64
part_size (guint64 count, guint64 n_sums, gboolean rows)
{
  guint64 least = rows ? ROW_PART : COLUMN_PART;
  guint64 enough = rows ? ENOUGH_ROWS : ENOUGH_COLUMNS;
  guint64 wanted = (enough + n_sums - 1) / n_sums;

  return MIN (count, MAX (least, (count + wanted - 1) / wanted));
}

/* y = scale * the sums over the middle of @x [outer, count, inner]. @y: f32 */
static gboolean
add_reduce (SgVkKernel * kernel, SgVkOperand x, guint64 outer, guint64 count,
    guint64 inner, gfloat scale, const SgVkOperand * y, GError ** error)
{
  gboolean rows = inner == 1;
  SgVkOperand next = *y;

  do {
    guint64 part = part_size (count, outer * inner, rows);
    guint64 n_parts = (count + part - 1) / part;
    guint32 constants[] = { 0, (guint32) x.half, (guint32) rows };
    const SgPushReduce push = { (guint32) outer, (guint32) count,
      (guint32) inner, (guint32) part, (guint32) n_parts,
      n_parts == 1 ? scale : 1
    };
    SgVkDispatch *dispatch;

    next = n_parts == 1 ? *y
        : vk_operand_scratch (kernel, outer * n_parts * inner);
    dispatch = (rows ? vk_add_groups : vk_add_elements) (kernel, "nn/reduce",
        constants, G_N_ELEMENTS (constants), outer * n_parts * inner, error);
    if (dispatch == NULL)
      return FALSE;
    vk_operand_bind (kernel, dispatch, &x, FALSE);
    vk_operand_bind (kernel, dispatch, &next, TRUE);
    vk_dispatch_push (dispatch, &push, sizeof push);
    x = next;
    count = n_parts;
  } while (count > 1);
  return TRUE;
}

/* --- any dimensions ------------------------------------------------------- */

/* Sums over all dimensions of @shape that are @reduced, the innermost first. */
static gboolean
add_reductions (SgVkKernel * kernel, SgVkOperand x, SgShape shape,
    const gboolean * reduced, gfloat scale, const SgVkOperand * y,
    GError ** error)
{
  gint end = shape.rank, first;

  for (;;) {
    guint64 inner = vk_count (&shape, end, shape.rank), count, outer;
    SgVkOperand to = *y;
    gboolean last = TRUE;

    while (end > 0 && !reduced[end - 1])
      inner *= (guint64) shape.dim[--end];
    for (first = end; first > 0 && reduced[first - 1]; first--);
    for (gint i = 0; i < first; i++)
      last = last && !reduced[i];
    count = vk_count (&shape, first, end);
    outer = vk_count (&shape, 0, first);
    if (!last)
      to = vk_operand_scratch (kernel, outer * inner);
    if (!add_reduce (kernel, x, outer, count, inner, last ? scale : 1, &to,
            error))
      return FALSE;
    if (last)
      return TRUE;
    for (gint i = first; i < end; i++)
      shape.dim[i] = 1;
    x = to;
    end = first;
  }
}

static gboolean
reduce_to_output (const SgCall * call, SgVkKernel * kernel,
    const gboolean * reduced, gboolean mean, GError ** error)
{
  const SgShape *shape = &call->inputs[0].shape;
  guint64 n = (guint64) sg_shape_elements (&call->outputs[0].shape);
  gdouble count = (gdouble) sg_shape_elements (shape) / (gdouble) n;
  SgVkOperand x, y = vk_operand_output (kernel, 0), sums = y;

  if (!vk_operand_input (kernel, call, 0, &x, error))
    return FALSE;
  vk_capture_constants (kernel, call, 1);
  if (y.half)
    sums = vk_operand_scratch (kernel, n);
  return add_reductions (kernel, x, *shape, reduced,
      mean ? (gfloat) (1 / count) : 1, &sums, error)
      && (!y.half || vk_add_convert (kernel, &sums, &y, n, error));
}

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  gboolean reduced[SG_MAX_RANK];

  return vk_is_f32 (call) && fits (device, call)
      && sg_reduce_resolve (call, reduced, NULL);
}

static gboolean
prepare_reduce (const SgCall * call, SgVkKernel * kernel, gboolean mean,
    GError ** error)
{
  gboolean reduced[SG_MAX_RANK];

  return sg_reduce_resolve (call, reduced, error)
      && reduce_to_output (call, kernel, reduced, mean, error);
}

static gboolean
prepare_mean (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  return prepare_reduce (call, kernel, TRUE, error);
}

static gboolean
prepare_sum (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  return prepare_reduce (call, kernel, FALSE, error);
}

static gboolean
supports_global (SgVkDevice * device, const SgCall * call)
{
  return vk_is_f32 (call) && fits (device, call);
}

static gboolean
prepare_global (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  gboolean reduced[SG_MAX_RANK];

  for (gint i = 0; i < SG_MAX_RANK; i++)
    reduced[i] = i >= 2;
  return reduce_to_output (call, kernel, reduced, TRUE, error);
}

const SgVkOp vk_op_reduce_mean = {
  .op = "reduce_mean",
  .supports = supports,
  .prepare = prepare_mean,
};

const SgVkOp vk_op_reduce_sum = {
  .op = "reduce_sum",
  .supports = supports,
  .prepare = prepare_sum,
};

const SgVkOp vk_op_global_average_pool = {
  .op = "global_average_pool",
  .supports = supports_global,
  .prepare = prepare_global,
};

/* --- softmax -------------------------------------------------------------- */

static gboolean
prepare_softmax (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  const SgSoftmaxAttrs *attrs = call->attrs;
  const SgShape *shape = &call->inputs[0].shape;
  gint axis = (gint) (attrs->axis < 0 ? attrs->axis + shape->rank
      : attrs->axis);
  gint end = attrs->flatten ? shape->rank : axis + 1;
  const SgPushSoftmax push = { (guint32) sg_shape_elements (shape),
    (guint32) vk_count (shape, 0, axis), (guint32) vk_count (shape, axis, end),
    (guint32) vk_count (shape, end, shape->rank)
  };
  gboolean rows = push.inner == 1;
  guint64 n_sums = (guint64) push.outer * push.inner;
  SgVkOperand sums = vk_operand_scratch (kernel, n_sums * 2);
  SgVkOperand x, y = vk_operand_output (kernel, 0);
  SgVkDispatch *dispatch;

  if (!vk_operand_input (kernel, call, 0, &x, error))
    return FALSE;
  {
    guint32 constants[] = { 0, (guint32) x.half, (guint32) rows };

    dispatch = (rows ? vk_add_groups : vk_add_elements) (kernel,
        "nn/softmax_sums", constants, G_N_ELEMENTS (constants), n_sums, error);
    if (dispatch == NULL)
      return FALSE;
    vk_operand_bind (kernel, dispatch, &x, FALSE);
    vk_operand_bind (kernel, dispatch, &sums, TRUE);
    vk_dispatch_push (dispatch, &push, sizeof push);
    dispatch = vk_add_elements (kernel, "nn/softmax", constants, 2,
        ((guint64) push.n + 7) / 8, error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &x, FALSE);
  vk_operand_bind (kernel, dispatch, &sums, FALSE);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

const SgVkOp vk_op_softmax = {
  .op = "softmax",
  .supports = supports_global,
  .prepare = prepare_softmax,
  .in_place = TRUE,
};
