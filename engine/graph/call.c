/* gst-stylegan: what shape inference asks about one use of an operator
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/op.h"

gboolean
sg_call_error (const SgCall * call, GError ** error, SgErrorCode code,
    const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (call->name && *call->name)
    g_set_error (error, SG_ERROR, code, "node '%s' (%s): %s", call->name,
        call->op->name, text);
  else
    g_set_error (error, SG_ERROR, code, "node (%s): %s", call->op->name, text);
  return FALSE;
}

gboolean
sg_call_has_input (const SgCall * call, guint index)
{
  return index < call->n_inputs && call->inputs[index].dtype != SG_DTYPE_NONE;
}

gboolean
sg_call_get_ints (const SgCall * call, guint index, gint64 * values,
    guint max, guint * n, GError ** error)
{
  const SgTensorDesc *desc;
  const SgTensor *tensor;
  gint64 elements;

  *n = 0;
  if (!sg_call_has_input (call, index))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "input %u is missing", index);
  desc = &call->inputs[index];
  elements = sg_shape_elements (&desc->shape);
  if (sg_dtype_is_float (desc->dtype) || desc->dtype == SG_DTYPE_BOOL)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input %u must be integers, not %s", index,
        sg_dtype_name (desc->dtype));
  if (desc->shape.rank > 1 || elements < 0 || elements > max) {
    g_autofree gchar *s = sg_shape_to_string (&desc->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input %u is of shape %s, not a list of at most %u integers", index, s,
        max);
  }
  tensor = call->constants ? call->constants[index] : NULL;
  if (tensor == NULL)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "input %u is computed from the image; it must be a constant", index);
  for (gint64 i = 0; i < elements; i++)
    values[i] = sg_tensor_get_i64 (tensor, i);
  *n = (guint) elements;
  return TRUE;
}
