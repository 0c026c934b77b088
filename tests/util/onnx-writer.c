/* gst-stylegan tests: writes small ONNX models
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/onnx-writer.h"

#include <string.h>

/* --- protobuf ------------------------------------------------------------- */

GByteArray *
onnx_writer_message (void)
{
  return g_byte_array_new ();
}

void
onnx_writer_varint (GByteArray * message, guint64 value)
{
  do {
    guint8 byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);

    g_byte_array_append (message, &byte, 1);
    value >>= 7;
  } while (value);
}

void
onnx_writer_int (GByteArray * message, guint field, gint64 value)
{
  onnx_writer_varint (message, field << 3);
  onnx_writer_varint (message, (guint64) value);
}

void
onnx_writer_float (GByteArray * message, guint field, gfloat value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  bits = GUINT32_TO_LE (bits);
  onnx_writer_varint (message, field << 3 | 5);
  g_byte_array_append (message, (const guint8 *) &bits, sizeof bits);
}

void
onnx_writer_bytes (GByteArray * message, guint field, gconstpointer data,
    gsize size)
{
  onnx_writer_varint (message, field << 3 | 2);
  onnx_writer_varint (message, size);
  if (size > 0)
    g_byte_array_append (message, data, (guint) size);
}

void
onnx_writer_string (GByteArray * message, guint field, const gchar * value)
{
  onnx_writer_bytes (message, field, value, strlen (value));
}

void
onnx_writer_put (GByteArray * message, guint field, GByteArray * inner)
{
  onnx_writer_bytes (message, field, inner->data, inner->len);
  g_byte_array_unref (inner);
}

/* --- TensorProto ---------------------------------------------------------- */

enum
{ TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9 };

static GByteArray *
tensor_header (const gchar * name, gint data_type)
{
  GByteArray *tensor = onnx_writer_message ();

  onnx_writer_int (tensor, TENSOR_TYPE, data_type);
  if (name)
    onnx_writer_string (tensor, TENSOR_NAME, name);
  return tensor;
}

GByteArray *
onnx_writer_tensor (const gchar * name, gint data_type, ...)
{
  GByteArray *tensor = tensor_header (name, data_type);
  va_list args;

  va_start (args, data_type);
  for (gint64 d = va_arg (args, gint64); d != ONNX_END;
      d = va_arg (args, gint64))
    onnx_writer_int (tensor, TENSOR_DIMS, d);
  va_end (args);
  return tensor;
}

GByteArray *
onnx_writer_raw_tensor (const gchar * name, gint data_type,
    const gint64 * dims, guint rank, gconstpointer data, gsize size)
{
  GByteArray *tensor = tensor_header (name, data_type);

  for (guint i = 0; i < rank; i++)
    onnx_writer_int (tensor, TENSOR_DIMS, dims[i]);
  onnx_writer_bytes (tensor, TENSOR_RAW, data, size);
  return tensor;
}

GByteArray *
onnx_writer_filled_tensor (const gchar * name, gfloat value, ...)
{
  GByteArray *tensor = tensor_header (name, ONNX_FLOAT);
  g_autoptr (GByteArray) raw = onnx_writer_message ();
  gint64 n = 1;
  guint32 bits;
  va_list args;

  va_start (args, value);
  for (gint64 d = va_arg (args, gint64); d != ONNX_END;
      d = va_arg (args, gint64)) {
    onnx_writer_int (tensor, TENSOR_DIMS, d);
    n *= d;
  }
  va_end (args);
  memcpy (&bits, &value, sizeof bits);
  bits = GUINT32_TO_LE (bits);
  for (gint64 i = 0; i < n; i++)
    g_byte_array_append (raw, (const guint8 *) &bits, sizeof bits);
  onnx_writer_bytes (tensor, TENSOR_RAW, raw->data, raw->len);
  return tensor;
}

/* --- ValueInfoProto ------------------------------------------------------- */

GByteArray *
onnx_writer_value (const gchar * name, gint data_type, ...)
{
  GByteArray *value = onnx_writer_message ();
  GByteArray *type = onnx_writer_message ();
  GByteArray *tensor = onnx_writer_message ();
  GByteArray *shape = onnx_writer_message ();
  va_list args;

  va_start (args, data_type);
  for (gint64 d = va_arg (args, gint64); d != ONNX_END;
      d = va_arg (args, gint64)) {
    GByteArray *dim = onnx_writer_message ();

    if (d == -1)
      onnx_writer_string (dim, 2, "N");
    else
      onnx_writer_int (dim, 1, d);
    onnx_writer_put (shape, 1, dim);
  }
  va_end (args);
  onnx_writer_int (tensor, 1, data_type);
  onnx_writer_put (tensor, 2, shape);
  onnx_writer_put (type, 1, tensor);
  onnx_writer_string (value, 1, name);
  onnx_writer_put (value, 2, type);
  return value;
}

/* --- AttributeProto ------------------------------------------------------- */

static GByteArray *
attr_header (const gchar * name, gint type)
{
  GByteArray *attr = onnx_writer_message ();

  onnx_writer_string (attr, 1, name);
  onnx_writer_int (attr, 20, type);
  return attr;
}

GByteArray *
onnx_writer_attr_float (const gchar * name, gfloat value)
{
  GByteArray *attr = attr_header (name, 1);

  onnx_writer_float (attr, 2, value);
  return attr;
}

GByteArray *
onnx_writer_attr_int (const gchar * name, gint64 value)
{
  GByteArray *attr = attr_header (name, 2);

  onnx_writer_int (attr, 3, value);
  return attr;
}

GByteArray *
onnx_writer_attr_string (const gchar * name, const gchar * value)
{
  GByteArray *attr = attr_header (name, 3);

  onnx_writer_string (attr, 4, value);
  return attr;
}

GByteArray *
onnx_writer_attr_tensor (const gchar * name, GByteArray * tensor)
{
  GByteArray *attr = attr_header (name, 4);

  onnx_writer_put (attr, 5, tensor);
  return attr;
}

GByteArray *
onnx_writer_attr_ints (const gchar * name, ...)
{
  GByteArray *attr = attr_header (name, 7);
  va_list args;

  va_start (args, name);
  for (gint64 v = va_arg (args, gint64); v != ONNX_END;
      v = va_arg (args, gint64))
    onnx_writer_int (attr, 8, v);
  va_end (args);
  return attr;
}

/* --- NodeProto, GraphProto, ModelProto ------------------------------------ */

static void
put_names (GByteArray * node, guint field, const gchar * names)
{
  g_auto (GStrv) list = names ? g_strsplit (names, ",", -1) : NULL;

  for (guint i = 0; list && list[i]; i++)
    onnx_writer_string (node, field, list[i]);
}

GByteArray *
onnx_writer_node (const gchar * op, const gchar * name, const gchar * inputs,
    const gchar * outputs, ...)
{
  GByteArray *node = onnx_writer_message ();
  GByteArray *attr;
  va_list args;

  put_names (node, 1, inputs);
  put_names (node, 2, outputs);
  if (name)
    onnx_writer_string (node, 3, name);
  if (op)
    onnx_writer_string (node, 4, op);
  va_start (args, outputs);
  while ((attr = va_arg (args, GByteArray *)))
    onnx_writer_put (node, 5, attr);
  va_end (args);
  return node;
}

GByteArray *
onnx_writer_model (gint64 opset, GByteArray * graph)
{
  GByteArray *model = onnx_writer_message ();
  GByteArray *import = onnx_writer_message ();

  onnx_writer_int (model, 1, 8);
  onnx_writer_string (model, 2, "gst-stylegan tests");
  onnx_writer_put (model, 7, graph);
  onnx_writer_string (import, 1, "");
  onnx_writer_int (import, 2, opset);
  onnx_writer_put (model, 8, import);
  return model;
}

GByteArray *
onnx_writer_graph (gboolean free_size, GByteArray * node)
{
  GByteArray *graph = onnx_writer_message ();
  const gint64 batch = 1, channels = 3, size = free_size ? -1 : 8;

  if (node)
    onnx_writer_put (graph, ONNX_GRAPH_NODE, node);
  onnx_writer_string (graph, 2, "test");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x", ONNX_FLOAT,
          batch, channels, size, size, ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, batch, channels, size, size, ONNX_END));
  return graph;
}
