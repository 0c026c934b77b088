/* gst-stylegan: Reshape, the same elements in another shape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/reshape.h"

#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

/* Replaces 0 and -1 in @y. */
static gboolean
resolve (const SgCall * call, SgShape * y, GError ** error)
{
  const SgReshapeAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  gint free_axis = -1;
  gint64 known;

  for (gint i = 0; i < y->rank; i++) {
    if (y->dim[i] == -1) {
      if (free_axis >= 0)
        return sg_call_error (call, error, SG_ERROR_SHAPE,
            "the new shape has more than one -1");
      free_axis = i;
      y->dim[i] = 1;
    } else if (y->dim[i] == 0 && !attrs->allowzero) {
      if (i >= x->rank)
        return sg_call_error (call, error, SG_ERROR_SHAPE,
            "copies dimension %d of a tensor of rank %d", i, x->rank);
      y->dim[i] = x->dim[i];
    }
  }
  if (free_axis < 0)
    return TRUE;
  known = sg_shape_elements (y);
  /* What remains is not determined when another dimension is 0. */
  y->dim[free_axis] = known > 0 ? sg_shape_elements (x) / known : -1;
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  SgShape *y = &call->outputs[0].shape;
  gint64 dims[SG_MAX_RANK];
  guint n;

  if (!sg_call_get_ints (call, 1, dims, SG_MAX_RANK, &n, error))
    return FALSE;
  call->outputs[0].dtype = call->inputs[0].dtype;
  *y = sg_shape_from (dims, n);
  if (!resolve (call, y, error))
    return FALSE;
  if (sg_shape_elements (y) != sg_shape_elements (x)) {
    SgShape asked = sg_shape_from (dims, n);
    g_autofree gchar *from = sg_shape_to_string (x);
    g_autofree gchar *to = sg_shape_to_string (&asked);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "cannot reshape %s to %s", from, to);
  }
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  ((SgReshapeAttrs *) attrs)->allowzero =
      sg_import_int (import, "allowzero", 0) != 0;
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  if (!((const SgReshapeAttrs *) attrs)->allowzero)
    return TRUE;
  sg_export_set_int (export, "allowzero", 1);
  return sg_export_needs (export, 14, "allowzero", error);
}

static const SgOnnxName names[] = { {"Reshape", 5, 0, parse, write}, {NULL} };

SG_DEFINE_OP (reshape, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgReshapeAttrs), .infer = infer, .is_copy = TRUE,
    .flops = sg_flops_none, .gradient = sg_gradient_reshaped);
