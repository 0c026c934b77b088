/* gst-stylegan: what operators' descriptors say about a node for a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/op.h"

static SgAttr *
add_attr (SgExport * export, const gchar * name, SgAttrType type)
{
  SgAttr attr = { .name = name, .type = type };

  g_array_append_val (export->attrs, attr);
  return &g_array_index (export->attrs, SgAttr, export->attrs->len - 1);
}

void
sg_export_set_int (SgExport * export, const gchar * name, gint64 value)
{
  add_attr (export, name, SG_ATTR_INT)->i = value;
}

void
sg_export_set_float (SgExport * export, const gchar * name, gfloat value)
{
  add_attr (export, name, SG_ATTR_FLOAT)->f = value;
}

void
sg_export_set_string (SgExport * export, const gchar * name,
    const gchar * value)
{
  add_attr (export, name, SG_ATTR_STRING)->s = g_strdup (value);
}

void
sg_export_set_ints (SgExport * export, const gchar * name,
    const gint64 * values, guint n)
{
  SgAttr *attr = add_attr (export, name, SG_ATTR_INTS);

  attr->ints = g_memdup2 (values, n * sizeof *values);
  attr->n = n;
}

void
sg_export_set_tensor (SgExport * export, const gchar * name, SgTensor * tensor)
{
  add_attr (export, name, SG_ATTR_TENSOR)->tensor = tensor;
}

static SgExportInput *
get_input (SgExport * export, guint index)
{
  const SgExportInput none = { G_MAXUINT, NULL };

  while (export->inputs->len <= index)
    g_array_append_val (export->inputs, none);
  return &g_array_index (export->inputs, SgExportInput, index);
}

void
sg_export_set_input (SgExport * export, guint index, SgTensor * tensor)
{
  SgExportInput *input = get_input (export, index);

  sg_tensor_unref (input->tensor);
  input->tensor = tensor;
  input->from = G_MAXUINT;
}

void
sg_export_insert_input (SgExport * export, guint index)
{
  const SgExportInput none = { G_MAXUINT, NULL };

  g_array_insert_val (export->inputs, index, none);
}

void
sg_export_keep_inputs (SgExport * export, guint n)
{
  if (export->inputs->len > n)
    g_array_set_size (export->inputs, n);
}

gboolean
sg_export_input_to_ints (SgExport * export, guint index, const gchar * name,
    GError ** error)
{
  const SgTensor *tensor;
  g_autofree gint64 *values = NULL;
  gint64 n;

  if (index >= export->n_inputs || get_input (export, index)->from == G_MAXUINT)
    return TRUE;
  tensor = export->constants[index];
  if (tensor == NULL)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "its %s are computed; ONNX wants a constant", name);
  n = sg_tensor_elements (tensor);
  values = g_new (gint64, MAX (n, 1));
  for (gint64 i = 0; i < n; i++)
    values[i] = sg_tensor_get_i64 (tensor, i);
  if (n > 0)
    sg_export_set_ints (export, name, values, (guint) n);
  sg_export_keep_inputs (export, index);
  return TRUE;
}

gboolean
sg_export_match_dtype (SgExport * export, guint index, GError ** error)
{
  const SgTensor *tensor;
  SgTensor *twin;

  if (index >= export->n_inputs || export->constants[index] == NULL
      || export->dtype == SG_DTYPE_NONE)
    return TRUE;
  tensor = export->constants[index];
  if (tensor->desc.dtype == export->dtype)
    return TRUE;
  twin = sg_tensor_new (export->dtype, &tensor->desc.shape, error);
  for (gint64 i = 0; twin && i < sg_tensor_elements (twin); i++)
    sg_dtype_store (export->dtype, twin->data, (gsize) i,
        sg_tensor_get (tensor, i));
  if (twin)
    sg_export_set_input (export, index, twin);
  return twin != NULL;
}

SgTensor *
sg_export_filled (const SgExport * export, const SgShape * shape, gfloat value)
{
  SgDType dtype = export->dtype == SG_DTYPE_NONE ? SG_DTYPE_F32 : export->dtype;
  SgTensor *tensor = sg_tensor_new (dtype, shape, NULL);

  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    sg_dtype_store (dtype, tensor->data, (gsize) i, value);
  return tensor;
}

void
sg_export_then (SgExport * export, const gchar * onnx_op, SgTensor * tensor)
{
  SgExportThen then = { onnx_op, tensor };

  g_array_append_val (export->then, then);
}

gboolean
sg_export_needs (SgExport * export, gint64 opset, const gchar * what,
    GError ** error)
{
  if (export->opset >= opset)
    return TRUE;
  export->needs = MAX (export->needs, opset);
  return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
      "%s needs opset %" G_GINT64_FORMAT "; save the model in that one", what,
      opset);
}

gboolean
sg_export_error (const SgExport * export, GError ** error, SgErrorCode code,
    const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SG_ERROR, code,
      "node '%s' (%s, opset %" G_GINT64_FORMAT "): %s", export->node_name,
      export->onnx_op, export->opset, text);
  return FALSE;
}
