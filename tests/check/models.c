/* gst-stylegan: ONNX files for the element's tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/onnx-writer.h"

/* --- graphs --- */

static void
put_scalar (GByteArray * graph, const gchar * name, gfloat value)
{
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_filled_tensor (name, value, ONNX_END));
}

/* -1 is any size; a @height of ONNX_END leaves [1,channels]. */
static void
put_value (GByteArray * graph, guint field, const gchar * name, gint type,
    gint64 channels, gint64 height, gint64 width)
{
  onnx_writer_put (graph, field, onnx_writer_value (name, type, (gint64) 1,
          channels, height, width, ONNX_END));
}

static GByteArray *
identity_graph (gint type, gint64 channels, gint64 height, gint64 width)
{
  GByteArray *graph = onnx_writer_message ();

  put_value (graph, ONNX_GRAPH_INPUT, "x", type, channels, height, width);
  put_value (graph, ONNX_GRAPH_OUTPUT, "y", type, channels, height, width);
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Identity",
          "same", "x", "y", NULL));
  return graph;
}

/* y = x * scale + offset */
static GByteArray *
linear_graph (gfloat scale, gfloat offset)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Mul",
          "scaled", "x,scale", "m", NULL));

  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Add", "moved",
          "m,offset", "y", NULL));
  put_scalar (graph, "scale", scale);
  put_scalar (graph, "offset", offset);
  return graph;
}

/* A 3x3 mean of each channel, with reflected borders. */
static GByteArray *
conv_graph (gfloat first_weight)
{
  const gint64 pads[] = { 0, 0, 1, 1, 0, 0, 1, 1 };
  const gint64 n_pads = G_N_ELEMENTS (pads);
  const gint64 dims[] = { 3, 3, 3, 3 };
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Pad",
          "border", "x,pads", "p", onnx_writer_attr_string ("mode", "reflect"),
          NULL));
  gfloat weights[3 * 3 * 9] = { 0, };

  for (guint c = 0; c < 3; c++)
    for (guint i = 0; i < 9; i++)
      weights[(c * 3 + c) * 9 + i] = 1.0f / 9;
  weights[0] = first_weight;
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Conv", "blur",
          "p,w", "y", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("pads", ONNX_INT64, &n_pads, 1, pads,
          sizeof pads));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("w", ONNX_FLOAT, dims, 4, weights,
          sizeof weights));
  return graph;
}

/* 16 copies of the picture, and their mean. */
static GByteArray *
wide_graph (void)
{
  const gint64 dims[] = { 3, 48, 1, 1 };
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Concat",
          "copies", "x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x", "p",
          onnx_writer_attr_int ("axis", 1), NULL));
  gfloat weights[3 * 48];

  for (guint i = 0; i < 3 * 48; i++)
    weights[i] = i / 48 == i % 3 ? 1.0f / 16 : 0;
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Conv", "mean",
          "p,w", "y", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("w", ONNX_FLOAT, dims, 4, weights,
          sizeof weights));
  return graph;
}

/* sqrt ((1000 x)^2) / 1000 */
static GByteArray *
overflow_graph (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Mul",
          "large", "x,thousand", "m", NULL));

  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Mul", "square",
          "m,m", "s", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Sqrt", "root",
          "s", "r", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Div", "small",
          "r,thousand", "y", NULL));
  put_scalar (graph, "thousand", 1000);
  return graph;
}

/* Means of 4x4, and each four times each way again. */
static GByteArray *
pool_graph (void)
{
  const gint64 four = 4;
  const gfloat scales[] = { 1, 1, 4, 4 };
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("AveragePool",
          "mean", "x", "m",
          onnx_writer_attr_ints ("kernel_shape", four, four, ONNX_END),
          onnx_writer_attr_ints ("strides", four, four, ONNX_END), NULL));

  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Resize", "large",
          "m,,scales", "y", onnx_writer_attr_string ("mode", "nearest"),
          onnx_writer_attr_string ("coordinate_transformation_mode",
              "asymmetric"),
          onnx_writer_attr_string ("nearest_mode", "floor"), NULL));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("scales", ONNX_FLOAT, &four, 1, scales,
          sizeof scales));
  return graph;
}

static GByteArray *
two_inputs_graph (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Add", "mix",
          "x,style", "y", NULL));

  put_value (graph, ONNX_GRAPH_INPUT, "style", ONNX_FLOAT, 3, -1, -1);
  return graph;
}

/* The mean of the second input, whatever the first one shows. */
static GByteArray *
style_graph (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Mul",
          "nothing", "x,zero", "z", NULL));

  put_value (graph, ONNX_GRAPH_INPUT, "style", ONNX_FLOAT, 3, -1, -1);
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node
      ("GlobalAveragePool", "mean", "style", "m", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Add", "paint",
          "z,m", "y", NULL));
  put_scalar (graph, "zero", 0);
  return graph;
}

static GByteArray *
flat_graph (void)
{
  GByteArray *graph = onnx_writer_message ();

  put_value (graph, ONNX_GRAPH_INPUT, "x", ONNX_FLOAT, 3, -1, -1);
  put_value (graph, ONNX_GRAPH_OUTPUT, "y", ONNX_FLOAT, -1, ONNX_END, 0);
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Flatten", "flat",
          "x", "y", NULL));
  return graph;
}

static GByteArray *
huge_graph (void)
{
  const gint64 dims[] = { (gint64) 1 << 19, (gint64) 1 << 19 };
  const gfloat value = 1.0f;
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Add", "sum",
          "x,w", "y", NULL));

  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("w", ONNX_FLOAT, dims, 2, &value, sizeof value));
  return graph;
}

static GByteArray *
chain_graph (const gchar * first_inputs)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Add",
          "first", first_inputs, "m", NULL));

  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Relu", "second",
          "m", "y", NULL));
  return graph;
}

/* --- files --- */

/* NULL: the file is no model at all */
static GByteArray *
build_graph (ModelId id)
{
  switch (id) {
    case MODEL_IDENTITY:
      return identity_graph (ONNX_FLOAT, 3, -1, -1);
    case MODEL_INVERT:
      return linear_graph (-1.0f, 255.0f);
    case MODEL_BRIGHTER:
      return linear_graph (1.0f, 25.5f);
    case MODEL_CONV:
    case MODEL_TRUNCATED:
      return conv_graph (1.0f / 9);
    case MODEL_WIDE:
      return wide_graph ();
    case MODEL_OVERFLOW:
      return overflow_graph ();
    case MODEL_POOL4:
      return pool_graph ();
    case MODEL_FIXED:
      return identity_graph (ONNX_FLOAT, 3, 48, 64);
    case MODEL_GRAY:
      return identity_graph (ONNX_FLOAT, 1, -1, -1);
    case MODEL_UNKNOWN_OPERATOR:
      return onnx_writer_graph (TRUE, onnx_writer_node ("NonMaxSuppression",
              "box", "x,x", "y", NULL));
    case MODEL_STYLE:
      return style_graph ();
    case MODEL_TWO_INPUTS:
      return two_inputs_graph ();
    case MODEL_NO_IMAGE:
      return flat_graph ();
    case MODEL_RANK2:
      return identity_graph (ONNX_FLOAT, 3, ONNX_END, 0);
    case MODEL_INTEGER:
      return identity_graph (ONNX_INT64, 3, -1, -1);
    case MODEL_FIVE_CHANNELS:
      return identity_graph (ONNX_FLOAT, 5, -1, -1);
    case MODEL_NAN:
      return conv_graph (NAN);
    case MODEL_HUGE:
      return huge_graph ();
    case MODEL_OPSET:
      return linear_graph (1.0f, 1.0f);
    case MODEL_CYCLE:
      return chain_graph ("x,y");
    case MODEL_UNDEFINED:
      return chain_graph ("x,nowhere");
    default:
      return NULL;
  }
}

static GByteArray *
build (ModelId id)
{
  GByteArray *graph = build_graph (id), *bytes;

  if (graph) {
    bytes = onnx_writer_model (id == MODEL_OPSET ? 6 : 13, graph);
    if (id == MODEL_TRUNCATED)
      g_byte_array_set_size (bytes, bytes->len / 2);
  } else {
    const gchar *text = id == MODEL_TEXT ? "I am no model.\n" : "";

    bytes = g_byte_array_new ();
    g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
  }
  return bytes;
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
    "wide", "overflow", "style", "missing", "empty", "folder", "text",
    "truncated",
    "unknown-operator", "two-inputs", "no-image", "rank2", "integer",
    "five-channels", "nan", "huge", "opset", "cycle", "undefined"
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
