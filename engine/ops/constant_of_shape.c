/* gst-stylegan: ConstantOfShape, one value everywhere
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/constant_of_shape.h"

#include <string.h>

#include "ops/check.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgConstantOfShapeAttrs *attrs = call->attrs;
  SgTensorDesc *out = &call->outputs[0];
  gint64 dims[SG_MAX_RANK];
  guint n;

  if (!sg_call_get_ints (call, 0, dims, SG_MAX_RANK, &n, error))
    return FALSE;
  out->shape = sg_shape_from (dims, n);
  out->dtype = attrs->dtype == SG_DTYPE_NONE ? SG_DTYPE_F32 : attrs->dtype;
  for (guint i = 0; i < n; i++)
    if (dims[i] < 0)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "dimension %u is %" G_GINT64_FORMAT, i, dims[i]);
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgConstantOfShapeAttrs *a = attrs;
  const SgAttr *value = sg_import_find (import, "value");

  if (value == NULL)
    return TRUE;
  if (value->tensor == NULL || sg_tensor_elements (value->tensor) != 1)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "value must be a tensor of one element");
  a->dtype = value->tensor->desc.dtype;
  memcpy (&a->value, value->tensor->data, sg_dtype_size (a->dtype));
  return TRUE;
}

static void
promote (gpointer attrs)
{
  SgConstantOfShapeAttrs *a = attrs;
  gdouble value;

  if (a->dtype != SG_DTYPE_F16 && a->dtype != SG_DTYPE_BF16)
    return;
  value = sg_dtype_load (a->dtype, &a->value, 0);
  a->dtype = SG_DTYPE_F32;
  sg_dtype_store (a->dtype, &a->value, 0, value);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgConstantOfShapeAttrs *a = attrs;
  SgDType dtype = a->dtype == SG_DTYPE_NONE ? SG_DTYPE_F32 : a->dtype;
  SgShape one = SG_SHAPE (1);
  SgTensor *value = sg_tensor_new_copy (dtype, &one, &a->value, error);

  if (value == NULL)
    return FALSE;
  export->output_dtypes[0] = dtype;
  sg_export_set_tensor (export, "value", value);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"ConstantOfShape", 9, 0, parse, write},
  {NULL}
};

SG_DEFINE_OP (constant_of_shape, .onnx = names, .min_inputs = 1,
    .max_inputs = 1, .attrs_size = sizeof (SgConstantOfShapeAttrs),
    .infer = infer, .promote = promote, .flops = sg_flops_none);
