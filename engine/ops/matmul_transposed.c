/* gst-stylegan: matmul_transposed, y = a * b^T: Gram matrices, above all
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/matmul.h"
#include "ops/ops.h"

gboolean
sg_matmul_transposed_resolve (const SgCall * call, SgMatmulShape * shape,
    GError ** error)
{
  SgTensorDesc inputs[2] = { call->inputs[0], call->inputs[1] };
  SgShape *b = &inputs[1].shape;
  SgCall matmul = *call;
  gint64 n;

  if (inputs[0].shape.rank < 2 || b->rank < 2)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "multiplies matrices, not vectors");
  n = b->dim[b->rank - 2];
  b->dim[b->rank - 2] = b->dim[b->rank - 1];
  b->dim[b->rank - 1] = n;
  matmul.inputs = inputs;
  return sg_matmul_resolve (&matmul, shape, error);
}

static gboolean
infer (SgCall * call, GError ** error)
{
  SgShape *y = &call->outputs[0].shape;
  SgMatmulShape shape;

  if (!sg_infer_same_float (call, error))
    return FALSE;
  if (call->inputs[1].dtype != call->inputs[0].dtype)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "mixes %s and %s", sg_dtype_name (call->inputs[0].dtype),
        sg_dtype_name (call->inputs[1].dtype));
  if (!sg_matmul_transposed_resolve (call, &shape, error))
    return FALSE;
  *y = shape.y;
  y->dim[y->rank++] = shape.m;
  y->dim[y->rank++] = shape.n;
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  const SgShape *a = &call->inputs[0].shape;

  return 2.0 * (gdouble) sg_shape_elements (&call->outputs[0].shape)
      * (gdouble) a->dim[a->rank - 1];
}

SG_DEFINE_OP (matmul_transposed, .min_inputs = 2, .max_inputs = 2,
    .infer = infer, .flops = flops);
