/* gst-stylegan: Split, x cut into parts along an axis
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/split.h"

#include "ops/check.h"
#include "ops/concat.h"
#include "ops/gradient.h"
#include "ops/ops.h"

/* Without sizes: the size of each part but the last, or -1 with an error. */
static gint64
part_size (const SgCall * call, gint64 dim, GError ** error)
{
  const SgSplitAttrs *attrs = call->attrs;
  gint64 n = call->n_outputs, size = (dim + n - 1) / n;

  if (attrs->num_outputs != 0 && attrs->num_outputs != n) {
    sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "num_outputs is %" G_GINT64_FORMAT " for %" G_GINT64_FORMAT
        " outputs", attrs->num_outputs, n);
    return -1;
  }
  if ((attrs->num_outputs == 0 && dim % n != 0) || size * (n - 1) > dim) {
    sg_call_error (call, error, SG_ERROR_SHAPE,
        "cannot split %" G_GINT64_FORMAT " elements into %" G_GINT64_FORMAT
        " parts", dim, n);
    return -1;
  }
  return size;
}

static gboolean
infer_equal (SgCall * call, gint axis, GError ** error)
{
  gint64 rest = call->inputs[0].shape.dim[axis];
  gint64 size = part_size (call, rest, error);

  if (size < 0)
    return FALSE;
  for (guint i = 0; i < call->n_outputs; i++) {
    call->outputs[i] = call->inputs[0];
    call->outputs[i].shape.dim[axis] = MIN (size, rest);
    rest -= MIN (size, rest);
  }
  return TRUE;
}

static gboolean
infer_sized (SgCall * call, gint axis, GError ** error)
{
  gint64 rest = call->inputs[0].shape.dim[axis];
  g_autofree gint64 *sizes = g_new (gint64, call->n_outputs);
  guint n;

  if (!sg_call_get_ints (call, 1, sizes, call->n_outputs, &n, error))
    return FALSE;
  if (n != call->n_outputs)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%u sizes for %u outputs", n, call->n_outputs);
  for (guint i = 0; i < n; i++) {
    if (sizes[i] < 0 || sizes[i] > rest)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "part %u has %" G_GINT64_FORMAT " of the remaining %"
          G_GINT64_FORMAT " elements", i, sizes[i], rest);
    call->outputs[i] = call->inputs[0];
    call->outputs[i].shape.dim[axis] = sizes[i];
    rest -= sizes[i];
  }
  if (rest != 0)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "the parts leave out %" G_GINT64_FORMAT " elements", rest);
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgSplitAttrs *attrs = call->attrs;
  gint axis = sg_call_axis (call, attrs->axis, call->inputs[0].shape.rank,
      error);

  if (axis < 0)
    return FALSE;
  return sg_call_has_input (call, 1) ?
      infer_sized (call, axis, error) : infer_equal (call, axis, error);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgSplitAttrs *a = attrs;

  a->axis = sg_import_int (import, "axis", 0);
  a->num_outputs = sg_import_int (import, "num_outputs", 0);
  return TRUE;
}

static gboolean
parse_2 (SgImport * import, gpointer attrs, GError ** error)
{
  sg_import_ints_to_input (import, "split", 1);
  return parse (import, attrs, error);
}

static void
gradient (SgGradient * g)
{
  const SgSplitAttrs *attrs = g->node->attrs;
  SgConcatAttrs concat = { attrs->axis };
  guint n = g->node->n_outputs;
  g_autofree SgValue **parts = g_new (SgValue *, n);
  SgValue *const *x;

  if (sg_gradient_wants (g, 1)) {
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED, "has no gradient of the sizes");
    return;
  }
  for (guint i = 0; i < n; i++)
    parts[i] = g->outputs[i] ? g->outputs[i]
        : sg_gradient_filled (g, 0, &g->call->outputs[i].shape);
  x = sg_gradient_nodes (g, "concat", &concat, parts, n, 1);
  g->inputs[0] = x ? x[0] : NULL;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgSplitAttrs *a = attrs;

  sg_export_set_int (export, "axis", a->axis);
  if (export->n_inputs > 1)
    return TRUE;
  /* Only since then may the parts be of different sizes, and their number must
   * be said. */
  if (export->opset >= 18)
    sg_export_set_int (export, "num_outputs", export->n_outputs);
  return a->num_outputs == 0
      || sg_export_needs (export, 18, "num_outputs", error);
}

static const SgOnnxName names[] = {
  {"Split", 2, 12, parse_2},
  {"Split", 13, 0, parse, write},
  {NULL}
};

SG_DEFINE_OP (split, .onnx = names, .min_inputs = 1, .max_inputs = 2,
    .max_outputs = SG_OP_VARIADIC, .attrs_size = sizeof (SgSplitAttrs),
    .infer = infer, .is_copy = TRUE, .flops = sg_flops_none,
    .gradient = gradient);
