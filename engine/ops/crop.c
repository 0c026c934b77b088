/* gst-stylegan: Crop, y[h,w] = x[top + h, left + w]. An experimental operator
 * that ONNX has removed; models made for WinML have it.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/crop.h"

#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgCropAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  gint64 height, width;

  if (!sg_spatial_check_inputs (call, error))
    return FALSE;
  if (x->rank != 4)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input of rank %d instead of 4", x->rank);
  if (MIN (a->left, a->top) < 0 || MIN (a->right, a->bottom) < 0
      || MIN (a->height, a->width) < 0 || (a->height > 0) != (a->width > 0))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "border is negative, or scale incomplete");
  height = x->dim[2] > a->top ? x->dim[2] - a->top : 0;
  width = x->dim[3] > a->left ? x->dim[3] - a->left : 0;
  if (a->height > height || a->width > width || (a->height == 0
          && (a->bottom >= height || a->right >= width))) {
    g_autofree gchar *s = sg_shape_to_string (x);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "crops more than input of shape %s has", s);
  }
  call->outputs[0] = call->inputs[0];
  call->outputs[0].shape.dim[2] = a->height ? a->height : height - a->bottom;
  call->outputs[0].shape.dim[3] = a->width ? a->width : width - a->right;
  return sg_spatial_check_output (call, error);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgCropAttrs *a = attrs;
  gint64 border[4], scale[2];
  guint n_border, n_scale;

  if (!sg_import_ints (import, "border", border, 4, &n_border, error)
      || !sg_import_ints (import, "scale", scale, 2, &n_scale, error))
    return FALSE;
  if (n_border != 4 || (n_scale != 0 && n_scale != 2))
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "border has %u entries and scale %u; 4, and 2 or none, are wanted",
        n_border, n_scale);
  a->left = border[0];
  a->top = border[1];
  a->right = border[2];
  a->bottom = border[3];
  if (n_scale == 2) {
    if (scale[0] < 1 || scale[1] < 1)
      return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
          "scale of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT, scale[0],
          scale[1]);
    a->height = scale[0];
    a->width = scale[1];
  }
  return TRUE;
}

/* ONNX has no such operator any more. */
static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgCropAttrs *a = attrs;
  const gint64 axes[] = { 2, 3 }, starts[] = { a->top, a->left };
  gint64 ends[] = { -a->bottom, -a->right };

  if (a->height > 0) {
    ends[0] = a->top + a->height;
    ends[1] = a->left + a->width;
  }
  for (guint i = 0; i < 2; i++)
    if (ends[i] == 0)
      ends[i] = G_MAXINT64;
  export->onnx_op = "Slice";
  sg_export_set_input (export, 1, sg_tensor_new_i64 (starts, 2));
  sg_export_set_input (export, 2, sg_tensor_new_i64 (ends, 2));
  sg_export_set_input (export, 3, sg_tensor_new_i64 (axes, 2));
  return TRUE;
}

static const SgOnnxName names[] = { {"Crop", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (crop, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgCropAttrs), .infer = infer, .is_copy = TRUE,
    .flops = sg_spatial_no_flops);
