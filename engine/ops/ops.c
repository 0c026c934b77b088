/* gst-stylegan: the list of operators, and what their descriptors share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"

#include <string.h>

#define SG_OP(word) &sg_op_ ## word,
static const SgOp *const ops[] = {
#include "ops/list.h"
};

#undef SG_OP

const SgOp *const *
sg_op_list (guint * n_ops)
{
  *n_ops = G_N_ELEMENTS (ops);
  return ops;
}

const SgOp *
sg_op_find (const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_str_equal (ops[i]->name, name))
      return ops[i];
  return NULL;
}

const SgOp *
sg_op_find_onnx (const gchar * onnx_op, gint64 opset, const SgOnnxName ** row)
{
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++) {
    const SgOnnxName *name = ops[i]->onnx;

    for (; name && name->name; name++) {
      if (g_str_equal (name->name, onnx_op) && opset >= name->since
          && (name->until == 0 || opset <= name->until)) {
        *row = name;
        return ops[i];
      }
    }
  }
  return NULL;
}

gboolean
sg_infer_same (SgCall * call, GError ** error)
{
  call->outputs[0] = call->inputs[0];
  return TRUE;
}

gboolean
sg_infer_same_numeric (SgCall * call, GError ** error)
{
  if (call->inputs[0].dtype == SG_DTYPE_BOOL)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants numbers, not %s", sg_dtype_name (call->inputs[0].dtype));
  return sg_infer_same (call, error);
}

gboolean
sg_infer_same_float (SgCall * call, GError ** error)
{
  if (!sg_dtype_is_float (call->inputs[0].dtype))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants floating point numbers, not %s",
        sg_dtype_name (call->inputs[0].dtype));
  return sg_infer_same (call, error);
}

gboolean
sg_infer_broadcast (SgCall * call, GError ** error)
{
  SgTensorDesc out = call->inputs[0];

  for (guint i = 1; i < call->n_inputs; i++) {
    const SgTensorDesc *in = &call->inputs[i];
    SgShape shape;

    if (in->dtype != out.dtype)
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "mixes %s and %s", sg_dtype_name (out.dtype),
          sg_dtype_name (in->dtype));
    if (!sg_shape_broadcast (&out.shape, &in->shape, &shape)) {
      g_autofree gchar *a = sg_shape_to_string (&out.shape);
      g_autofree gchar *b = sg_shape_to_string (&in->shape);

      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "shapes %s and %s do not broadcast", a, b);
    }
    out.shape = shape;
  }
  call->outputs[0] = out;
  return TRUE;
}

gint
sg_call_axis (const SgCall * call, gint64 axis, gint rank, GError ** error)
{
  if (axis < -rank || axis >= rank) {
    sg_call_error (call, error, SG_ERROR_SHAPE,
        "axis %" G_GINT64_FORMAT " of a tensor of rank %d", axis, rank);
    return -1;
  }
  return axis < 0 ? axis + rank : axis;
}

gboolean
sg_call_axes (const SgCall * call, const gint64 * axes, guint n, gint rank,
    gboolean mask[SG_MAX_RANK], GError ** error)
{
  memset (mask, 0, SG_MAX_RANK * sizeof (gboolean));
  for (guint i = 0; i < n; i++) {
    gint axis = sg_call_axis (call, axes[i], rank, error);

    if (axis < 0)
      return FALSE;
    if (mask[axis])
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "names axis %d twice", axis);
    mask[axis] = TRUE;
  }
  return TRUE;
}

gboolean
sg_parse_axes (SgImport * import, gpointer attrs, GError ** error)
{
  sg_import_ints_to_input (import, "axes", 1);
  return TRUE;
}
