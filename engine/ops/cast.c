/* gst-stylegan: Cast, y = x as another type
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/cast.h"

#include "ops/check.h"
#include "ops/ops.h"

/* By the values of ONNX's TensorProto.DataType. */
static const SgDType onnx_types[] = {
  [1] = SG_DTYPE_F32,
  [2] = SG_DTYPE_U8,
  [3] = SG_DTYPE_I8,
  [4] = SG_DTYPE_U16,
  [5] = SG_DTYPE_I16,
  [6] = SG_DTYPE_I32,
  [7] = SG_DTYPE_I64,
  [9] = SG_DTYPE_BOOL,
  [10] = SG_DTYPE_F16,
  [11] = SG_DTYPE_F64,
  [12] = SG_DTYPE_U32,
  [13] = SG_DTYPE_U64,
  [16] = SG_DTYPE_BF16,
};

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgCastAttrs *attrs = call->attrs;

  if (sg_dtype_size (attrs->to) == 0)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "does not say the type to cast to");
  call->outputs[0].shape = call->inputs[0].shape;
  call->outputs[0].dtype = attrs->to;
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  gint64 to = sg_import_int (import, "to", 0);

  if (to < 0 || to >= (gint64) G_N_ELEMENTS (onnx_types)
      || onnx_types[to] == SG_DTYPE_NONE)
    return sg_import_error (import, error, SG_ERROR_UNSUPPORTED,
        "cannot cast to ONNX's data type %" G_GINT64_FORMAT, to);
  ((SgCastAttrs *) attrs)->to = onnx_types[to];
  return TRUE;
}

static void
promote (gpointer attrs)
{
  SgCastAttrs *a = attrs;

  if (a->to == SG_DTYPE_F16 || a->to == SG_DTYPE_BF16)
    a->to = SG_DTYPE_F32;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  SgDType to = ((const SgCastAttrs *) attrs)->to;

  export->output_dtypes[0] = to;
  for (guint i = 0; i < G_N_ELEMENTS (onnx_types); i++)
    if (onnx_types[i] == to)
      sg_export_set_int (export, "to", i);
  return TRUE;
}

static const SgOnnxName names[] = { {"Cast", 6, 0, parse, write}, {NULL} };

SG_DEFINE_OP (cast, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgCastAttrs), .infer = infer, .promote = promote,
    .is_copy = TRUE, .flops = sg_flops_none);
