/* gst-stylegan: what operators' descriptors ask about a node of a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/op.h"

/* Far more than any operator has; Concat and the like never get new inputs. */
#define MAX_NEW_INPUTS 16

static const gchar *const type_names[] = {
  "an integer", "a float", "a string", "a list of integers",
  "a list of floats", "a tensor", "something else"
};

/* For the functions that have a fallback instead of an error: an attribute of
 * the wrong type must not pass for an absent one. */
static void
note_problem (const SgImport * import, const SgAttr * attr, SgAttrType want)
{
  if (import->problem && *import->problem == NULL)
    sg_import_error (import, import->problem, SG_ERROR_INVALID_MODEL,
        "attribute '%s' is %s, not %s", attr->name, type_names[attr->type],
        type_names[want]);
}

const SgAttr *
sg_import_find (const SgImport * import, const gchar * name)
{
  for (guint i = 0; i < import->n_attrs; i++)
    if (g_str_equal (import->attrs[i].name, name))
      return &import->attrs[i];
  return NULL;
}

static const SgAttr *
find_typed (const SgImport * import, const gchar * name, SgAttrType type)
{
  const SgAttr *attr = sg_import_find (import, name);

  if (attr == NULL || attr->type == type)
    return attr;
  note_problem (import, attr, type);
  return NULL;
}

gint64
sg_import_int (const SgImport * import, const gchar * name, gint64 fallback)
{
  const SgAttr *attr = find_typed (import, name, SG_ATTR_INT);

  return attr ? attr->i : fallback;
}

gfloat
sg_import_float (const SgImport * import, const gchar * name, gfloat fallback)
{
  const SgAttr *attr = find_typed (import, name, SG_ATTR_FLOAT);

  return attr ? attr->f : fallback;
}

const gchar *
sg_import_string (const SgImport * import, const gchar * name,
    const gchar * fallback)
{
  const SgAttr *attr = find_typed (import, name, SG_ATTR_STRING);

  return attr ? attr->s : fallback;
}

gboolean
sg_import_ints (const SgImport * import, const gchar * name, gint64 * values,
    guint max, guint * n, GError ** error)
{
  const SgAttr *attr = sg_import_find (import, name);

  *n = 0;
  if (attr == NULL)
    return TRUE;
  if (attr->type != SG_ATTR_INTS)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "attribute '%s' is %s, not %s", name, type_names[attr->type],
        type_names[SG_ATTR_INTS]);
  if (attr->n > max)
    return sg_import_error (import, error, SG_ERROR_UNSUPPORTED,
        "attribute '%s' has %" G_GSIZE_FORMAT " entries, at most %u are "
        "supported", name, attr->n, max);
  for (gsize i = 0; i < attr->n; i++)
    values[i] = attr->ints[i];
  *n = (guint) attr->n;
  return TRUE;
}

void
sg_import_set_input (SgImport * import, guint index, SgTensor * tensor)
{
  GPtrArray *inputs = import->new_inputs;

  g_return_if_fail (index < MAX_NEW_INPUTS);
  if (inputs->len <= index)
    g_ptr_array_set_size (inputs, (gint) index + 1);
  sg_tensor_unref (g_ptr_array_index (inputs, index));
  g_ptr_array_index (inputs, index) = tensor;
}

void
sg_import_ints_to_input (SgImport * import, const gchar * name, guint index)
{
  const SgAttr *attr = find_typed (import, name, SG_ATTR_INTS);

  if (attr)
    sg_import_set_input (import, index,
        sg_tensor_new_i64 (attr->ints, attr->n));
}

gboolean
sg_import_error (const SgImport * import, GError ** error, SgErrorCode code,
    const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SG_ERROR, code,
      "node '%s' (%s, opset %" G_GINT64_FORMAT "): %s", import->node_name,
      import->onnx_op, import->opset, text);
  return FALSE;
}
