/* gst-stylegan: ONNX files for the element's tests
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes the few messages of onnx.proto that small models need, with protobuf's
 * wire format by hand: the tests must not depend on what they test. */

#include "models.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- wire format --- */

static void
put_varint (GByteArray * out, guint64 value)
{
  guint8 byte;

  do {
    byte = value & 0x7f;
    value >>= 7;
    if (value)
      byte |= 0x80;
    g_byte_array_append (out, &byte, 1);
  } while (value);
}

static void
put_int (GByteArray * out, guint field, gint64 value)
{
  put_varint (out, field << 3 | 0);
  put_varint (out, (guint64) value);
}

static void
put_bytes (GByteArray * out, guint field, gconstpointer data, gsize size)
{
  put_varint (out, field << 3 | 2);
  put_varint (out, size);
  g_byte_array_append (out, data, size);
}

static void
put_string (GByteArray * out, guint field, const gchar * string)
{
  put_bytes (out, field, string, strlen (string));
}

/* @message: consumed */
static void
put_message (GByteArray * out, guint field, GByteArray * message)
{
  put_bytes (out, field, message->data, message->len);
  g_byte_array_unref (message);
}

/* --- messages of onnx.proto --- */

enum
{ ONNX_FLOAT = 1, ONNX_INT64 = 7 };

/* ValueInfoProto; a dimension of 0 is dynamic */
static GByteArray *
value_info (const gchar * name, gint type, const gint64 * dims, guint rank)
{
  GByteArray *info = g_byte_array_new ();
  GByteArray *type_proto = g_byte_array_new ();
  GByteArray *tensor = g_byte_array_new ();
  GByteArray *shape = g_byte_array_new ();
  guint i;

  for (i = 0; i < rank; i++) {
    GByteArray *dim = g_byte_array_new ();

    if (dims[i])
      put_int (dim, 1, dims[i]);
    else
      put_string (dim, 2, i == 2 ? "height" : "width");
    put_message (shape, 1, dim);
  }
  put_int (tensor, 1, type);
  put_message (tensor, 2, shape);
  put_message (type_proto, 1, tensor);
  put_string (info, 1, name);
  put_message (info, 2, type_proto);
  return info;
}

static GByteArray *
image_info (const gchar * name, gint64 channels, gint64 height, gint64 width)
{
  const gint64 dims[] = { 1, channels, height, width };

  return value_info (name, ONNX_FLOAT, dims, 4);
}

/* TensorProto of floats */
static GByteArray *
float_tensor (const gchar * name, const gint64 * dims, guint rank,
    const gfloat * values, guint n)
{
  GByteArray *tensor = g_byte_array_new ();
  guint i;

  for (i = 0; i < rank; i++)
    put_int (tensor, 1, dims[i]);
  put_int (tensor, 2, ONNX_FLOAT);
  put_string (tensor, 8, name);
#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "raw_data is little endian"
#endif
  put_bytes (tensor, 9, values, n * sizeof (gfloat));
  return tensor;
}

static GByteArray *
int_tensor (const gchar * name, const gint64 * values, gint64 n)
{
  GByteArray *tensor = g_byte_array_new ();

  put_int (tensor, 1, n);
  put_int (tensor, 2, ONNX_INT64);
  put_string (tensor, 8, name);
  put_bytes (tensor, 9, values, n * sizeof (gint64));
  return tensor;
}

/* NodeProto; @inputs: separated by spaces */
static GByteArray *
node (const gchar * op, const gchar * name, const gchar * inputs,
    const gchar * output)
{
  GByteArray *proto = g_byte_array_new ();
  gchar **split = g_strsplit (inputs, " ", -1);
  guint i;

  for (i = 0; split[i]; i++)
    put_string (proto, 1, split[i]);
  g_strfreev (split);
  put_string (proto, 2, output);
  put_string (proto, 3, name);
  put_string (proto, 4, op);
  return proto;
}

static void
put_ints (GByteArray * node, const gchar * name, const gint64 * values, guint n)
{
  GByteArray *attribute = g_byte_array_new ();
  guint i;

  put_string (attribute, 1, name);
  for (i = 0; i < n; i++)
    put_int (attribute, 8, values[i]);
  put_int (attribute, 20, 7);
  put_message (node, 5, attribute);
}

static void
put_text (GByteArray * node, const gchar * name, const gchar * value)
{
  GByteArray *attribute = g_byte_array_new ();

  put_string (attribute, 1, name);
  put_string (attribute, 4, value);
  put_int (attribute, 20, 3);
  put_message (node, 5, attribute);
}

/* @graph: consumed. ModelProto */
static GByteArray *
model (GByteArray * graph, gint64 opset)
{
  GByteArray *proto = g_byte_array_new ();
  GByteArray *import = g_byte_array_new ();

  put_string (graph, 2, "test");
  put_int (proto, 1, 7);
  put_string (proto, 2, "gst-stylegan tests");
  put_message (proto, 7, graph);
  put_string (import, 1, "");
  put_int (import, 2, opset);
  put_message (proto, 8, import);
  return proto;
}

/* --- graphs --- */

enum
{ GRAPH_NODE = 1, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };

static GByteArray *
image_graph (gint64 channels, gint64 height, gint64 width)
{
  GByteArray *graph = g_byte_array_new ();

  put_message (graph, GRAPH_INPUT, image_info ("x", channels, height, width));
  put_message (graph, GRAPH_OUTPUT, image_info ("y", channels, height, width));
  return graph;
}

static GByteArray *
identity_graph (gint64 channels, gint64 height, gint64 width)
{
  GByteArray *graph = image_graph (channels, height, width);

  put_message (graph, GRAPH_NODE, node ("Identity", "same", "x", "y"));
  return graph;
}

/* y = x * scale + offset, the scale left out when it is 1 */
static GByteArray *
linear_graph (gfloat scale, gfloat offset)
{
  GByteArray *graph = image_graph (3, 0, 0);

  put_message (graph, GRAPH_INITIALIZER, float_tensor ("scale", NULL, 0,
          &scale, 1));
  put_message (graph, GRAPH_INITIALIZER, float_tensor ("offset", NULL, 0,
          &offset, 1));
  put_message (graph, GRAPH_NODE, node ("Mul", "scaled", "x scale", "m"));
  put_message (graph, GRAPH_NODE, node ("Add", "moved", "m offset", "y"));
  return graph;
}

/* A 3x3 mean of each channel, with reflected borders. */
static GByteArray *
conv_graph (gfloat first_weight)
{
  const gint64 pads[] = { 0, 0, 1, 1, 0, 0, 1, 1 };
  const gint64 dims[] = { 3, 3, 3, 3 };
  const gint64 kernel[] = { 3, 3 };
  GByteArray *graph = image_graph (3, 0, 0);
  GByteArray *pad = node ("Pad", "border", "x pads", "p");
  GByteArray *conv = node ("Conv", "blur", "p w", "y");
  gfloat weights[81] = { 0, };
  guint c, i;

  for (c = 0; c < 3; c++)
    for (i = 0; i < 9; i++)
      weights[(c * 3 + c) * 9 + i] = 1.0f / 9;
  weights[0] = first_weight;
  put_message (graph, GRAPH_INITIALIZER, int_tensor ("pads", pads, 8));
  put_message (graph, GRAPH_INITIALIZER, float_tensor ("w", dims, 4, weights,
          81));
  put_text (pad, "mode", "reflect");
  put_message (graph, GRAPH_NODE, pad);
  put_ints (conv, "kernel_shape", kernel, 2);
  put_message (graph, GRAPH_NODE, conv);
  return graph;
}

/* Means of 4x4, and each four times each way again. */
static GByteArray *
pool_graph (void)
{
  const gint64 four[] = { 4, 4 };
  const gint64 scales_dims[] = { 4 };
  const gfloat scales[] = { 1, 1, 4, 4 };
  GByteArray *graph = image_graph (3, 0, 0);
  GByteArray *pool = node ("AveragePool", "mean", "x", "m");
  GByteArray *resize = node ("Resize", "large", "m  scales", "y");

  put_message (graph, GRAPH_INITIALIZER, float_tensor ("scales", scales_dims, 1,
          scales, 4));
  put_ints (pool, "kernel_shape", four, 2);
  put_ints (pool, "strides", four, 2);
  put_text (resize, "mode", "nearest");
  put_text (resize, "coordinate_transformation_mode", "asymmetric");
  put_text (resize, "nearest_mode", "floor");
  put_message (graph, GRAPH_NODE, pool);
  put_message (graph, GRAPH_NODE, resize);
  return graph;
}

static GByteArray *
two_inputs_graph (void)
{
  GByteArray *graph = image_graph (3, 0, 0);

  put_message (graph, GRAPH_INPUT, image_info ("style", 3, 0, 0));
  put_message (graph, GRAPH_NODE, node ("Add", "mix", "x style", "y"));
  return graph;
}

static GByteArray *
flat_graph (void)
{
  const gint64 dims[] = { 1, 0 };
  GByteArray *graph = g_byte_array_new ();

  put_message (graph, GRAPH_INPUT, image_info ("x", 3, 0, 0));
  put_message (graph, GRAPH_OUTPUT, value_info ("y", ONNX_FLOAT, dims, 2));
  put_message (graph, GRAPH_NODE, node ("Flatten", "flat", "x", "y"));
  return graph;
}

static GByteArray *
typed_graph (gint type, guint rank)
{
  const gint64 dims[] = { 1, 3, 0, 0 };
  GByteArray *graph = g_byte_array_new ();

  put_message (graph, GRAPH_INPUT, value_info ("x", type, dims, rank));
  put_message (graph, GRAPH_OUTPUT, value_info ("y", type, dims, rank));
  put_message (graph, GRAPH_NODE, node ("Identity", "same", "x", "y"));
  return graph;
}

static GByteArray *
huge_graph (void)
{
  const gint64 dims[] = { (gint64) 1 << 19, (gint64) 1 << 19 };
  const gfloat value = 1.0f;
  GByteArray *graph = image_graph (3, 0, 0);

  put_message (graph, GRAPH_INITIALIZER, float_tensor ("w", dims, 2, &value,
          1));
  put_message (graph, GRAPH_NODE, node ("Add", "sum", "x w", "y"));
  return graph;
}

static GByteArray *
chain_graph (const gchar * first_input)
{
  GByteArray *graph = image_graph (3, 0, 0);

  put_message (graph, GRAPH_NODE, node ("Add", "first", first_input, "m"));
  put_message (graph, GRAPH_NODE, node ("Relu", "second", "m", "y"));
  return graph;
}

static GByteArray *
unknown_operator_graph (void)
{
  GByteArray *graph = image_graph (3, 0, 0);

  put_message (graph, GRAPH_NODE, node ("NonMaxSuppression", "box", "x x",
          "y"));
  return graph;
}

/* --- files --- */

static GByteArray *
build (ModelId id)
{
  GByteArray *bytes;

  switch (id) {
    case MODEL_IDENTITY:
      return model (identity_graph (3, 0, 0), 13);
    case MODEL_INVERT:
      return model (linear_graph (-1.0f, 255.0f), 13);
    case MODEL_BRIGHTER:
      return model (linear_graph (1.0f, 25.5f), 13);
    case MODEL_CONV:
      return model (conv_graph (1.0f / 9), 13);
    case MODEL_POOL4:
      return model (pool_graph (), 13);
    case MODEL_FIXED:
      return model (identity_graph (3, 48, 64), 13);
    case MODEL_GRAY:
      return model (identity_graph (1, 0, 0), 13);
    case MODEL_TRUNCATED:
      bytes = model (conv_graph (1.0f / 9), 13);
      return g_byte_array_set_size (bytes, bytes->len / 2);
    case MODEL_UNKNOWN_OPERATOR:
      return model (unknown_operator_graph (), 13);
    case MODEL_TWO_INPUTS:
      return model (two_inputs_graph (), 13);
    case MODEL_NO_IMAGE:
      return model (flat_graph (), 13);
    case MODEL_RANK2:
      return model (typed_graph (ONNX_FLOAT, 2), 13);
    case MODEL_INTEGER:
      return model (typed_graph (ONNX_INT64, 4), 13);
    case MODEL_FIVE_CHANNELS:
      return model (identity_graph (5, 0, 0), 13);
    case MODEL_NAN:
      return model (conv_graph (NAN), 13);
    case MODEL_HUGE:
      return model (huge_graph (), 13);
    case MODEL_OPSET:
      return model (linear_graph (1.0f, 1.0f), 6);
    case MODEL_CYCLE:
      return model (chain_graph ("x y"), 13);
    case MODEL_UNDEFINED:
      return model (chain_graph ("x nowhere"), 13);
    case MODEL_TEXT:
      bytes = g_byte_array_new ();
      return g_byte_array_append (bytes, (const guint8 *) "I am no model.\n",
          15);
    default:
      return g_byte_array_new ();
  }
}

static gchar *folder;
static gchar *paths[N_MODELS];

static void
remove_models (void)
{
  guint i;

  for (i = 0; i < N_MODELS; i++) {
    if (paths[i] && i == MODEL_FOLDER)
      g_rmdir (paths[i]);
    else if (paths[i])
      g_unlink (paths[i]);
    g_clear_pointer (&paths[i], g_free);
  }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

const gchar *
model_folder (void)
{
  if (folder == NULL) {
    folder = g_dir_make_tmp ("gst-stylegan-XXXXXX", NULL);
    g_assert (folder);
    atexit (remove_models);
  }
  return folder;
}

const gchar *
model_path (ModelId id)
{
  static const gchar *const names[N_MODELS] = {
    "identity", "invert", "brighter", "conv", "pool4", "fixed", "gray",
    "missing", "empty", "folder", "text", "truncated", "unknown-operator",
    "two-inputs", "no-image", "rank2", "integer", "five-channels", "nan",
    "huge", "opset", "cycle", "undefined"
  };
  GByteArray *bytes;
  gchar *name;

  if (paths[id])
    return paths[id];
  name = g_strconcat (names[id], ".onnx", NULL);
  paths[id] = g_build_filename (model_folder (), name, NULL);
  g_free (name);

  if (id == MODEL_FOLDER) {
    g_assert (g_mkdir (paths[id], 0700) == 0);
  } else if (id != MODEL_MISSING) {
    bytes = build (id);
    g_assert (g_file_set_contents (paths[id], (const gchar *) bytes->data,
            bytes->len, NULL));
    g_byte_array_unref (bytes);
  }
  return paths[id];
}
