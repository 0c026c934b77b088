/* gst-stylegan: MatMul, y = a * b as numpy.matmul
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/matmul.h"

#include "ops/ops.h"

gboolean
sg_matmul_resolve (const SgCall * call, SgMatmulShape * shape, GError ** error)
{
  const SgShape *a = &call->inputs[0].shape, *b = &call->inputs[1].shape;

  if (a->rank > 0 && b->rank > 0) {
    gint64 k = b->dim[MAX (b->rank - 2, 0)];

    shape->k = a->dim[a->rank - 1];
    shape->m = a->rank > 1 ? a->dim[a->rank - 2] : 1;
    shape->n = b->rank > 1 ? b->dim[b->rank - 1] : 1;
    shape->a = sg_shape_from (a->dim, MAX (a->rank - 2, 0));
    shape->b = sg_shape_from (b->dim, MAX (b->rank - 2, 0));
    if (shape->k == k && sg_shape_broadcast (&shape->a, &shape->b, &shape->y))
      return TRUE;
  }
  {
    g_autofree gchar *sa = sg_shape_to_string (a);
    g_autofree gchar *sb = sg_shape_to_string (b);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "cannot multiply %s and %s", sa, sb);
  }
}

static gboolean
infer (SgCall * call, GError ** error)
{
  SgDType dtype = call->inputs[0].dtype;
  SgShape *y = &call->outputs[0].shape;
  SgMatmulShape shape;

  if (!sg_infer_same_numeric (call, error))
    return FALSE;
  if (call->inputs[1].dtype != dtype)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "mixes %s and %s", sg_dtype_name (dtype),
        sg_dtype_name (call->inputs[1].dtype));
  if (!sg_matmul_resolve (call, &shape, error))
    return FALSE;
  *y = shape.y;
  if (call->inputs[0].shape.rank > 1)
    y->dim[y->rank++] = shape.m;
  if (call->inputs[1].shape.rank > 1)
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

static const SgOnnxName names[] = { {"MatMul", 1, 0, NULL}, {NULL} };

SG_DEFINE_OP (matmul, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer, .flops = flops);
