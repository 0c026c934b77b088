/* gst-stylegan: operators of two broadcast inputs, on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "push/binary.h"
#include "vulkan/copy.h"

/* Same numbers in kernels/nn/binary.comp. */
enum
{
  BINARY_ADD,
  BINARY_SUB,
  BINARY_MUL,
  BINARY_DIV,
  BINARY_MAX,
  BINARY_MIN,
  BINARY_POW,
  BINARY_PRELU,
};

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (call->inputs[i].dtype != SG_DTYPE_F32)
      return FALSE;
  /* a kernel notes which of 32 inputs are constant */
  return call->n_inputs <= 32 && vk_is_f32 (call);
}

/* Element by element where @shape, seen from the end, has dimension @i. */
static gboolean
has_dim (const SgShape * shape, gint i)
{
  return i < shape->rank && shape->dim[shape->rank - 1 - i] != 1;
}

/* Fills in the dimensions of @y, merged, without ones. Returns: how many */
static guint
merge_dims (const SgShape * a, const SgShape * b, const SgShape * y,
    SgPushBinary * push)
{
  guint32 a_size = 1, b_size = 1;
  guint rank = 0;

  for (gint i = 0; i < y->rank; i++) {
    guint32 dim = (guint32) y->dim[y->rank - 1 - i];
    gboolean in_a = has_dim (a, i), in_b = has_dim (b, i);

    if (dim == 1)
      continue;
    if (rank > 0 && (push->a_step[rank - 1] != 0) == in_a
        && (push->b_step[rank - 1] != 0) == in_b) {
      push->dim[rank - 1] *= dim;
    } else {
      push->dim[rank] = dim;
      push->a_step[rank] = in_a ? a_size : 0;
      push->b_step[rank] = in_b ? b_size : 0;
      rank++;
    }
    a_size *= in_a ? dim : 1;
    b_size *= in_b ? dim : 1;
  }
  if (rank == 0) {
    push->dim[0] = push->a_step[0] = push->b_step[0] = 1;
    rank = 1;
  }
  return rank;
}

static gboolean
add_binary (SgVkKernel * kernel, guint32 operation, const SgVkOperand * a,
    const SgShape * a_shape, const SgVkOperand * b, const SgShape * b_shape,
    const SgVkOperand * y, const SgShape * y_shape, GError ** error)
{
  SgPushBinary push = { .n = (guint32) sg_shape_elements (y_shape) };
  guint rank = merge_dims (a_shape, b_shape, y_shape, &push);
  guint32 constants[] = { 0, operation, (guint32) a->half, (guint32) b->half,
    (guint32) y->half, rank, push.a_step[0] != 0, push.b_step[0] != 0,
    rank == 1 || push.dim[0] % 8 == 0
  };
  SgVkDispatch *dispatch = vk_add_elements (kernel, "nn/binary", constants,
      G_N_ELEMENTS (constants), ((guint64) push.n + 7) / 8, error);

  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, a, FALSE);
  vk_operand_bind (kernel, dispatch, b, FALSE);
  vk_operand_bind (kernel, dispatch, y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

/* Of one input (which may broadcast to nothing but itself), two, or, for max and min,
 * more: those go on from the output. */
static gboolean
prepare_binary (const SgCall * call, SgVkKernel * kernel, guint32 operation,
    GError ** error)
{
  const SgShape *y_shape = &call->outputs[0].shape;
  SgVkOperand a, b, y = vk_operand_output (kernel, 0);

  if (!vk_operand_input (kernel, call, 0, &a, error))
    return FALSE;
  if (call->n_inputs == 1)
    return vk_add_convert (kernel, &a, &y,
        (guint64) sg_shape_elements (y_shape), error);
  for (guint i = 1; i < call->n_inputs; i++) {
    if (!vk_operand_input (kernel, call, i, &b, error)
        || !add_binary (kernel, operation, i > 1 ? &y : &a,
            i > 1 ? y_shape : &call->inputs[0].shape, &b,
            &call->inputs[i].shape, &y, y_shape, error))
      return FALSE;
  }
  return TRUE;
}

#define BINARY_OP(word, operation) \
static gboolean \
prepare_ ## word (SgVkDevice * device, const SgCall * call, \
    SgVkKernel * kernel, GError ** error) \
{ \
  return prepare_binary (call, kernel, operation, error); \
} \
\
const SgVkOp vk_op_ ## word = { \
  .op = #word, \
  .supports = supports, \
  .prepare = prepare_ ## word, \
  .in_place = TRUE, \
};

/* *INDENT-OFF* */
BINARY_OP (add, BINARY_ADD)
BINARY_OP (div, BINARY_DIV)
BINARY_OP (max, BINARY_MAX)
BINARY_OP (min, BINARY_MIN)
BINARY_OP (mul, BINARY_MUL)
BINARY_OP (pow, BINARY_POW)
BINARY_OP (prelu, BINARY_PRELU)
BINARY_OP (sub, BINARY_SUB)
/* *INDENT-ON* */
