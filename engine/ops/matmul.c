/* gst-stylegan: MatMul, y = a * b as numpy.matmul
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/matmul.h"

#include "ops/gradient.h"
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

/* da = dy b^T, db = a^T dy; what was broadcast is summed up. */
static void
gradient (SgGradient * g)
{
  const SgShape *a = sg_gradient_input_shape (g, 0);
  const SgShape *b = sg_gradient_input_shape (g, 1);
  SgShape rows, columns, product;
  SgValue *dy, *x;
  SgMatmulShape s;

  if (!sg_matmul_resolve (g->call, &s, &g->build.error))
    return;
  /* vectors as the matrices that they stand for */
  rows = s.a;
  rows.dim[rows.rank++] = s.m;
  rows.dim[rows.rank++] = s.k;
  columns = s.b;
  columns.dim[columns.rank++] = s.k;
  columns.dim[columns.rank++] = s.n;
  product = s.y;
  product.dim[product.rank++] = s.m;
  product.dim[product.rank++] = s.n;
  dy = sg_gradient_reshape (g, g->outputs[0], &product);
  if (g->wanted[0]) {
    x = sg_gradient_reshape (g, g->node->inputs[1], &columns);
    x = sg_gradient_binary (g, "matmul", dy, sg_gradient_swap (g, x,
            columns.rank - 2, columns.rank - 1));
    g->inputs[0] = sg_gradient_reshape (g, sg_gradient_sum_to (g, x, &rows), a);
  }
  if (g->wanted[1]) {
    x = sg_gradient_reshape (g, g->node->inputs[0], &rows);
    x = sg_gradient_binary (g, "matmul", sg_gradient_swap (g, x,
            rows.rank - 2, rows.rank - 1), dy);
    g->inputs[1] = sg_gradient_reshape (g, sg_gradient_sum_to (g, x,
            &columns), b);
  }
}

static const SgOnnxName names[] = { {"MatMul", 1, 0, NULL}, {NULL} };

SG_DEFINE_OP (matmul, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer, .flops = flops, .gradient = gradient);
