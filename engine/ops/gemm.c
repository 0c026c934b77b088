/* gst-stylegan: Gemm, y = alpha * a * b + beta * c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gemm.h"

#include <math.h>

#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
infer_c (SgCall * call, GError ** error)
{
  const SgShape *y = &call->outputs[0].shape, *c = &call->inputs[2].shape;
  SgShape both;

  if (call->inputs[2].dtype != call->outputs[0].dtype)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "mixes %s and %s", sg_dtype_name (call->outputs[0].dtype),
        sg_dtype_name (call->inputs[2].dtype));
  if (!sg_shape_broadcast (y, c, &both) || !sg_shape_equal (y, &both)) {
    g_autofree gchar *sc = sg_shape_to_string (c);
    g_autofree gchar *sy = sg_shape_to_string (y);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "c of shape %s does not broadcast to %s", sc, sy);
  }
  return TRUE;
}

/* Integers are multiplied as integers. */
static gboolean
is_whole (gfloat value)
{
  return fabsf (value) < 0x1p31f && value == truncf (value);
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgGemmAttrs *attrs = call->attrs;
  const SgShape *a = &call->inputs[0].shape, *b = &call->inputs[1].shape;
  SgDType dtype = call->inputs[0].dtype;

  if (!sg_infer_same_numeric (call, error))
    return FALSE;
  if (call->inputs[1].dtype != dtype)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "mixes %s and %s", sg_dtype_name (dtype),
        sg_dtype_name (call->inputs[1].dtype));
  if (!sg_dtype_is_float (dtype)
      && !(is_whole (attrs->alpha) && is_whole (attrs->beta)))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "scales integers by fractions");
  if (a->rank != 2 || b->rank != 2
      || a->dim[!attrs->trans_a] != b->dim[attrs->trans_b]) {
    g_autofree gchar *sa = sg_shape_to_string (a);
    g_autofree gchar *sb = sg_shape_to_string (b);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "cannot multiply matrices %s%s and %s%s", sa,
        attrs->trans_a ? " transposed" : "", sb,
        attrs->trans_b ? " transposed" : "");
  }
  call->outputs[0].shape = SG_SHAPE (a->dim[attrs->trans_a],
      b->dim[!attrs->trans_b]);
  return !sg_call_has_input (call, 2)
      || infer_c (call, error);
}

static gdouble
flops (const SgCall * call)
{
  const SgGemmAttrs *attrs = call->attrs;
  gdouble n = (gdouble) sg_shape_elements (&call->outputs[0].shape);

  return 2 * n * (gdouble) call->inputs[0].shape.dim[!attrs->trans_a];
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgGemmAttrs *a = attrs;

  a->alpha = sg_import_float (import, "alpha", 1);
  a->beta = sg_import_float (import, "beta", 1);
  a->trans_a = sg_import_int (import, "transA", 0) != 0;
  a->trans_b = sg_import_int (import, "transB", 0) != 0;
  return TRUE;
}

/* y = alpha a' b': da' = alpha dy b'^T, db' = alpha a'^T dy; and those transposed
 * where a and b are. */
static void
gradient (SgGradient * g)
{
  const SgGemmAttrs *at = g->node->attrs;
  SgValue *a = g->node->inputs[0], *b = g->node->inputs[1];
  SgValue *dy = g->outputs[0];
  SgGemmAttrs da = { at->alpha, 0, FALSE, !at->trans_b };
  SgGemmAttrs db = { at->alpha, 0, !at->trans_a, FALSE };

  if (at->trans_a)
    da = (SgGemmAttrs) {
    at->alpha, 0, at->trans_b, TRUE};
  if (at->trans_b)
    db = (SgGemmAttrs) {
    at->alpha, 0, TRUE, at->trans_a};
  if (g->wanted[0])
    g->inputs[0] = sg_gradient_node (g, "gemm", &da, 2,
        at->trans_a ? b : dy, at->trans_a ? dy : b);
  if (g->wanted[1])
    g->inputs[1] = sg_gradient_node (g, "gemm", &db, 2,
        at->trans_b ? dy : a, at->trans_b ? a : dy);
  if (sg_gradient_wants (g, 2))
    g->inputs[2] = sg_gradient_sum_to (g, sg_gradient_scale (g, dy, at->beta),
        sg_gradient_input_shape (g, 2));
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgGemmAttrs *a = attrs;

  sg_export_set_float (export, "alpha", a->alpha);
  sg_export_set_float (export, "beta", a->beta);
  sg_export_set_int (export, "transA", a->trans_a);
  sg_export_set_int (export, "transB", a->trans_b);
  return TRUE;
}

static const SgOnnxName names[] = { {"Gemm", 7, 0, parse, write}, {NULL} };

SG_DEFINE_OP (gemm, .onnx = names, .min_inputs = 2, .max_inputs = 3,
    .attrs_size = sizeof (SgGemmAttrs), .infer = infer, .flops = flops,
    .gradient = gradient);
