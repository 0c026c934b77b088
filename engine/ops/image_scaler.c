/* gst-stylegan: ImageScaler, y = x * scale + bias[c]. An experimental operator
 * that ONNX has removed; models made for WinML have it.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgImageScalerAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape;

  if (!sg_spatial_check_image (call, 4, error))
    return FALSE;
  if (x->rank != 4 || x->dim[1] != a->n_bias
      || a->n_bias > (gint) G_N_ELEMENTS (a->bias))
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input of rank %d with %" G_GINT64_FORMAT " channels, bias of %d",
        x->rank, x->dim[1], a->n_bias);
  return sg_infer_same (call, error);
}

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  const SgImageScalerAttrs *a = call->attrs;

  *x = 0;
  for (gint c = 0; c < a->n_bias; c++) {
    scale[c] = a->scale;
    shift[c] = a->bias[c];
  }
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 2.0 * sg_shape_elements (&call->inputs[0].shape);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgImageScalerAttrs *a = attrs;
  const SgAttr *bias = sg_import_find (import, "bias");

  a->scale = sg_import_float (import, "scale", 1);
  if (bias == NULL || bias->type != SG_ATTR_FLOATS)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "bias is missing");
  if (bias->n > G_N_ELEMENTS (a->bias))
    return sg_import_error (import, error, SG_ERROR_UNSUPPORTED,
        "bias has %" G_GSIZE_FORMAT " entries, at most %u are supported",
        bias->n, (guint) G_N_ELEMENTS (a->bias));
  for (gsize i = 0; i < bias->n; i++)
    a->bias[i] = bias->floats[i];
  a->n_bias = (gint) bias->n;
  return TRUE;
}

/* Nothing like it is left in ONNX but a normalisation that does not normalise. */
static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgImageScalerAttrs *a = attrs;
  SgShape channels = SG_SHAPE (a->n_bias);
  SgTensor *bias = sg_export_filled (export, &channels, 0);

  for (gint i = 0; i < a->n_bias; i++)
    sg_dtype_store (bias->desc.dtype, bias->data, (gsize) i, a->bias[i]);
  export->onnx_op = "BatchNormalization";
  sg_export_set_float (export, "epsilon", 0);
  sg_export_set_input (export, 1, sg_export_filled (export, &channels,
          a->scale));
  sg_export_set_input (export, 2, bias);
  sg_export_set_input (export, 3, sg_export_filled (export, &channels, 0));
  sg_export_set_input (export, 4, sg_export_filled (export, &channels, 1));
  return TRUE;
}

static const SgOnnxName names[] =
    { {"ImageScaler", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (image_scaler, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgImageScalerAttrs), .infer = infer,
    .as_scale_shift = as_scale_shift, .flops = flops);
