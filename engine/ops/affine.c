/* gst-stylegan: Affine, y = alpha * x + beta. An experimental operator that ONNX
 * has removed; models made for WinML have it.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  return sg_spatial_check_inputs (call, error)
      && sg_infer_same_float (call, error);
}

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  const SgAffineAttrs *a = call->attrs;

  *x = 0;
  for (gint64 c = 0; c < call->outputs[0].shape.dim[1]; c++) {
    scale[c] = a->alpha;
    shift[c] = a->beta;
  }
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 2.0 * sg_shape_elements (&call->outputs[0].shape);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgAffineAttrs *a = attrs;

  a->alpha = sg_import_float (import, "alpha", 1);
  a->beta = sg_import_float (import, "beta", 0);
  return TRUE;
}

/* ONNX has no such operator any more. */
static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgAffineAttrs *a = attrs;

  export->onnx_op = "Mul";
  sg_export_set_input (export, 1, sg_export_filled (export, &SG_SHAPE_SCALAR,
          a->alpha));
  sg_export_then (export, "Add", sg_export_filled (export, &SG_SHAPE_SCALAR,
          a->beta));
  return TRUE;
}

static const SgOnnxName names[] = { {"Affine", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (affine, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgAffineAttrs), .infer = infer,
    .as_scale_shift = as_scale_shift, .flops = flops);
