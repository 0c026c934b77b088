/* gst-stylegan: Concat, the inputs one after the other along an axis
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/concat.h"

#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/split.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgConcatAttrs *attrs = call->attrs;
  SgTensorDesc out = call->inputs[0];
  gint axis = sg_call_axis (call, attrs->axis, out.shape.rank, error);

  if (axis < 0)
    return FALSE;
  for (guint i = 1; i < call->n_inputs; i++) {
    const SgTensorDesc *in = &call->inputs[i];
    SgShape rest = in->shape;

    if (in->dtype != out.dtype)
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "mixes %s and %s", sg_dtype_name (out.dtype),
          sg_dtype_name (in->dtype));
    rest.dim[axis] = out.shape.dim[axis];
    if (!sg_shape_equal (&rest, &out.shape)) {
      g_autofree gchar *a = sg_shape_to_string (&out.shape);
      g_autofree gchar *b = sg_shape_to_string (&in->shape);

      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "shapes %s and %s cannot be joined along axis %d", a, b, axis);
    }
    out.shape.dim[axis] += in->shape.dim[axis];
  }
  call->outputs[0] = out;
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  if (!sg_import_find (import, "axis"))
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "the attribute axis is missing");
  ((SgConcatAttrs *) attrs)->axis = sg_import_int (import, "axis", 0);
  return TRUE;
}

/* The parts that the inputs became. */
static void
gradient (SgGradient * g)
{
  const SgConcatAttrs *attrs = g->node->attrs;
  guint n = g->node->n_inputs;
  g_autofree gint64 *sizes = g_new (gint64, n);
  SgSplitAttrs split = { attrs->axis, 0 };
  SgValue *const *parts;

  for (guint i = 0; i < n; i++) {
    const SgShape *x = sg_gradient_input_shape (g, i);

    sizes[i] = x->dim[attrs->axis < 0 ? attrs->axis + x->rank : attrs->axis];
  }
  parts = sg_gradient_nodes (g, "split", &split, (SgValue *[]) {
      g->outputs[0], sg_gradient_ints (g, sizes, n)}, 2, n);
  for (guint i = 0; parts && i < n; i++)
    g->inputs[i] = parts[i];
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  sg_export_set_int (export, "axis", ((const SgConcatAttrs *) attrs)->axis);
  return TRUE;
}

static const SgOnnxName names[] = { {"Concat", 4, 0, parse, write}, {NULL} };

SG_DEFINE_OP (concat, .onnx = names, .min_inputs = 1,
    .max_inputs = SG_OP_VARIADIC, .attrs_size = sizeof (SgConcatAttrs),
    .infer = infer, .is_copy = TRUE, .flops = sg_flops_none,
    .gradient = gradient);
