/* gst-stylegan tests: writes small ONNX models, also ones that are wrong
 *
 * Encodes protobuf by hand, so that it can write what no protobuf library would
 * and does not share mistakes with the importer. Messages are byte arrays; a
 * function that puts one into another frees it. Field numbers: onnx.proto.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* --- protobuf ------------------------------------------------------------- */

GByteArray *onnx_writer_message (void);
void onnx_writer_varint (GByteArray * message, guint64 value);
void onnx_writer_int (GByteArray * message, guint field, gint64 value);
void onnx_writer_float (GByteArray * message, guint field, gfloat value);
void onnx_writer_bytes (GByteArray * message, guint field,
    gconstpointer data, gsize size);
void onnx_writer_string (GByteArray * message, guint field,
    const gchar * value);
void onnx_writer_put (GByteArray * message, guint field, GByteArray * inner);

/* --- ONNX ----------------------------------------------------------------- */

enum
{
  ONNX_FLOAT = 1, ONNX_UINT8 = 2, ONNX_INT8 = 3, ONNX_UINT16 = 4,
  ONNX_INT16 = 5, ONNX_INT32 = 6, ONNX_INT64 = 7, ONNX_STRING = 8,
  ONNX_BOOL = 9, ONNX_FLOAT16 = 10, ONNX_DOUBLE = 11, ONNX_UINT32 = 12,
  ONNX_UINT64 = 13, ONNX_COMPLEX64 = 14, ONNX_BFLOAT16 = 16,
  ONNX_FLOAT8E4M3FN = 17, ONNX_INT4 = 22
};

/* Lists of dimensions end with this; -2 and lower are written as they are. */
#define ONNX_END G_MININT64

/* A TensorProto without data: type and dimensions up to ONNX_END. */
GByteArray *onnx_writer_tensor (const gchar * name, gint data_type, ...);
/* The same with raw data. */
GByteArray *onnx_writer_raw_tensor (const gchar * name, gint data_type,
    const gint64 * dims, guint rank, gconstpointer data, gsize size);
/* f32 with every element @value. */
GByteArray *onnx_writer_filled_tensor (const gchar * name, gfloat value, ...);

/* A ValueInfoProto: -1 is written as a symbolic dimension "N". */
GByteArray *onnx_writer_value (const gchar * name, gint data_type, ...);

GByteArray *onnx_writer_attr_int (const gchar * name, gint64 value);
GByteArray *onnx_writer_attr_float (const gchar * name, gfloat value);
GByteArray *onnx_writer_attr_string (const gchar * name, const gchar * value);
/* Up to ONNX_END. */
GByteArray *onnx_writer_attr_ints (const gchar * name, ...);
GByteArray *onnx_writer_attr_tensor (const gchar * name, GByteArray * tensor);

/* @inputs, @outputs: names separated by commas, "" for an omitted one; NULL for
 *   none. Attributes up to NULL. */
GByteArray *onnx_writer_node (const gchar * op, const gchar * name,
    const gchar * inputs, const gchar * outputs, ...) G_GNUC_NULL_TERMINATED;

/* What a GraphProto's fields are called here. */
enum
{
  ONNX_GRAPH_NODE = 1, ONNX_GRAPH_INITIALIZER = 5, ONNX_GRAPH_INPUT = 11,
  ONNX_GRAPH_OUTPUT = 12, ONNX_GRAPH_SPARSE = 15
};

/* A ModelProto of IR version 8; @graph is freed. */
GByteArray *onnx_writer_model (gint64 opset, GByteArray * graph);
/* A graph with input x and output y, [1,3,8,8] unless @free_size, whose only
 * node is @node. */
GByteArray *onnx_writer_graph (gboolean free_size, GByteArray * node);

/* --- good models ---------------------------------------------------------- */

/* Models that must load, one of each kind of thing that the importer reads;
 * what fuzzing starts from. NULL past the last one.
 * @name: (out): for files */
GByteArray *onnx_writer_seed (guint index, const gchar ** name);

G_END_DECLS
