/* gst-stylegan: MatMul and Gemm on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/matmul.h"

#include "ops/gemm.h"
#include "push/matmul.h"
#include "vulkan/copy.h"

/* Of nn/matmul.comp. */
#define TILE 32

static gboolean
all_f32 (const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (sg_call_has_input (call, i) && call->inputs[i].dtype != SG_DTYPE_F32)
      return FALSE;
  return vk_is_f32 (call);
}

/* y as f32, if it cannot be written as f16 at once. */
static gboolean
fits (const SgVkDevice * device, const SgCall * call)
{
  return vk_fits_scratch (device,
      (guint64) sg_shape_elements (&call->outputs[0].shape));
}

/* The steps of the batches through a and b, merged. Returns: how many dimensions, or
 * more than there is room for */
static guint
batch_dims (const SgMatmulShape * shape, SgPushMatmul * push)
{
  guint64 a_size = (guint64) (shape->m * shape->k);
  guint64 b_size = (guint64) (shape->k * shape->n);
  guint n = 0, room = G_N_ELEMENTS (push->dim);

  for (guint i = 0; i < room; i++) {
    push->dim[i] = 1;
    push->a_step[i] = push->b_step[i] = 0;
  }
  for (gint i = 0; i < shape->y.rank; i++) {
    gint ia = shape->a.rank - 1 - i, ib = shape->b.rank - 1 - i;
    gint64 dim = shape->y.dim[shape->y.rank - 1 - i];
    gboolean in_a = ia >= 0 && shape->a.dim[ia] != 1;
    gboolean in_b = ib >= 0 && shape->b.dim[ib] != 1;

    if (dim == 1)
      continue;
    if (n > 0 && (push->a_step[n - 1] != 0) == in_a
        && (push->b_step[n - 1] != 0) == in_b) {
      push->dim[n - 1] *= (guint32) dim;
    } else {
      if (n == room)
        return room + 1;
      push->dim[n] = (guint32) dim;
      push->a_step[n] = in_a ? (guint32) a_size : 0;
      push->b_step[n++] = in_b ? (guint32) b_size : 0;
    }
    a_size *= in_a ? (guint64) dim : 1;
    b_size *= in_b ? (guint64) dim : 1;
  }
  return n;
}

/* y in pairs of f16 needs rows of whole pairs; else it is f32 first. */
static gboolean
add_matmul (SgVkKernel * kernel, SgPushMatmul * push, const SgVkOperand * a,
    const SgVkOperand * b, const SgVkOperand * c, GError ** error)
{
  guint64 n = (guint64) push->batches * push->m * push->n;
  SgVkOperand y = vk_operand_output (kernel, 0), to = y;
  SgVkDispatch *dispatch;

  if (y.half && push->n % 2 != 0)
    to = vk_operand_scratch (kernel, n);
  push->tiles_m = (push->m + TILE - 1) / TILE;
  push->tiles_n = (push->n + TILE - 1) / TILE;
  {
    const guint32 constants[] = { (guint32) a->half, (guint32) b->half,
      c && c->half, (guint32) to.half, c != NULL
    };

    dispatch = vk_kernel_add (kernel, "nn/matmul", constants,
        G_N_ELEMENTS (constants), 0, error);
  }
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, a, FALSE);
  vk_operand_bind (kernel, dispatch, b, FALSE);
  vk_operand_bind (kernel, dispatch, c, FALSE);
  vk_operand_bind (kernel, dispatch, &to, TRUE);
  vk_dispatch_push (dispatch, push, sizeof *push);
  vk_dispatch_linear (kernel, dispatch,
      (guint64) push->batches * push->tiles_m * push->tiles_n);
  return to.kind == y.kind || vk_add_convert (kernel, &to, &y, n, error);
}

static gboolean
supports_matmul (SgVkDevice * device, const SgCall * call)
{
  SgMatmulShape shape;
  SgPushMatmul push;

  return all_f32 (call) && fits (device, call)
      && sg_matmul_resolve (call, &shape, NULL)
      && batch_dims (&shape, &push) <= G_N_ELEMENTS (push.dim);
}

static gboolean
prepare_matmul (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  SgPushMatmul push = { .alpha = 1 };
  SgMatmulShape shape;
  SgVkOperand a, b;

  if (!sg_matmul_resolve (call, &shape, error)
      || !vk_operand_input (kernel, call, 0, &a, error)
      || !vk_operand_input (kernel, call, 1, &b, error))
    return FALSE;
  push.m = (guint32) shape.m;
  push.n = (guint32) shape.n;
  push.k = (guint32) shape.k;
  push.batches = (guint32) sg_shape_elements (&shape.y);
  push.a_row = push.k;
  push.b_row = push.n;
  push.a_column = push.b_column = 1;
  batch_dims (&shape, &push);
  return add_matmul (kernel, &push, &a, &b, NULL, error);
}

const SgVkOp vk_op_matmul = {
  .op = "matmul",
  .supports = supports_matmul,
  .prepare = prepare_matmul,
};

static gboolean
supports_gemm (SgVkDevice * device, const SgCall * call)
{
  return all_f32 (call) && fits (device, call);
}

static gboolean
prepare_gemm (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgGemmAttrs *attrs = call->attrs;
  const SgShape *y = &call->outputs[0].shape;
  gboolean has_c = sg_call_has_input (call, 2);
  SgPushMatmul push = { .batches = 1, .alpha = attrs->alpha, .beta =
        attrs->beta, .dim = {1, 1, 1, 1}
  };
  SgVkOperand a, b, c;

  if (!vk_operand_input (kernel, call, 0, &a, error)
      || !vk_operand_input (kernel, call, 1, &b, error)
      || (has_c && !vk_operand_input (kernel, call, 2, &c, error)))
    return FALSE;
  push.m = (guint32) y->dim[0];
  push.n = (guint32) y->dim[1];
  push.k = (guint32) call->inputs[0].shape.dim[!attrs->trans_a];
  push.a_row = attrs->trans_a ? 1 : push.k;
  push.a_column = attrs->trans_a ? push.m : 1;
  push.b_row = attrs->trans_b ? 1 : push.n;
  push.b_column = attrs->trans_b ? push.k : 1;
  if (has_c) {
    const SgShape *shape = &call->inputs[2].shape;
    gint64 columns = shape->rank > 0 ? shape->dim[shape->rank - 1] : 1;
    gint64 rows = shape->rank > 1 ? shape->dim[shape->rank - 2] : 1;

    push.c_column = columns > 1;
    push.c_row = rows > 1 ? (guint32) columns : 0;
  }
  return add_matmul (kernel, &push, &a, &b, has_c ? &c : NULL, error);
}

const SgVkOp vk_op_gemm = {
  .op = "gemm",
  .supports = supports_gemm,
  .prepare = prepare_gemm,
};
