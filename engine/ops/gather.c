/* gst-stylegan: Gather, slices of x by index
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gather.h"

#include "ops/check.h"
#include "ops/ops.h"

static gboolean
check_indices (const SgCall * call, gint64 size, GError ** error)
{
  const SgTensor *indices = sg_call_get_constant (call, 1);
  gint64 n = indices ? sg_tensor_elements (indices) : 0;

  for (gint64 i = 0; i < n; i++) {
    gint64 index = sg_tensor_get_i64 (indices, i);

    if (index < -size || index >= size)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "index %" G_GINT64_FORMAT " of a dimension of %" G_GINT64_FORMAT,
          index, size);
  }
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgGatherAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *indices = &call->inputs[1].shape;
  SgShape *y = &call->outputs[0].shape;
  SgDType dtype = call->inputs[1].dtype;
  gint axis, rank = x->rank - 1 + indices->rank;

  if (dtype != SG_DTYPE_I32 && dtype != SG_DTYPE_I64)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "indices are %s", sg_dtype_name (dtype));
  axis = sg_call_axis (call, attrs->axis, x->rank, error);
  if (axis < 0)
    return FALSE;
  if (rank > SG_MAX_RANK)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "makes a tensor of rank %d, more than %d", rank, SG_MAX_RANK);
  y->rank = 0;
  for (gint i = 0; i < axis; i++)
    y->dim[y->rank++] = x->dim[i];
  for (gint i = 0; i < indices->rank; i++)
    y->dim[y->rank++] = indices->dim[i];
  for (gint i = axis + 1; i < x->rank; i++)
    y->dim[y->rank++] = x->dim[i];
  call->outputs[0].dtype = call->inputs[0].dtype;
  return check_indices (call, x->dim[axis], error);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  ((SgGatherAttrs *) attrs)->axis = sg_import_int (import, "axis", 0);
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  sg_export_set_int (export, "axis", ((const SgGatherAttrs *) attrs)->axis);
  return TRUE;
}

static const SgOnnxName names[] = { {"Gather", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (gather, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgGatherAttrs), .infer = infer,
    .flops = sg_flops_none);
