/* gst-stylegan tests: what the ONNX importer refuses, and with which words
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/session.h>

#include "graph/graph.h"
#include "util/onnx-check.h"
#include "util/onnx-writer.h"

#include <math.h>
#include <string.h>

static GByteArray *
conv (void)
{
  return onnx_writer_node ("Conv", "conv", "x,w", "y", NULL);
}

/* --- files that are no models --------------------------------------------- */

static void
test_not_onnx (void)
{
  static const gchar text[] = "This is a text file, not a model.\n";
  static const gchar json[] = "{\"model\": [1, 2, 3]}\n";
  GByteArray *bytes = g_byte_array_new ();

  onnx_check_error (g_byte_array_new (), SG_ERROR_INVALID_MODEL, "empty");
  g_byte_array_append (bytes, (const guint8 *) text, sizeof text - 1);
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "not an ONNX model");
  bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *) json, sizeof json - 1);
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "not an ONNX model");
  /* Valid protobuf, but a ModelProto without anything that matters. */
  bytes = onnx_writer_message ();
  onnx_writer_string (bytes, 2, "nobody");
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "no version or no graph");
}

static void
test_truncated (void)
{
  const gchar *name;
  GByteArray *seed;

  for (guint k = 0; (seed = onnx_writer_seed (k, &name)); k++) {
    /* Metadata is at the end of one; without it the model is whole. */
    for (guint i = 0; i < 16 && g_strcmp0 (name, "image_metadata"); i++) {
      GByteArray *cut = g_byte_array_new ();
      g_autoptr (GError) error = NULL;

      g_byte_array_append (cut, seed->data, seed->len * i / 16);
      g_assert_null (onnx_check_load (cut, &error));
      onnx_check_message (error, SG_ERROR_INVALID_MODEL, "not an ONNX model");
      g_byte_array_unref (cut);
    }
    g_byte_array_unref (seed);
  }
}

static void
test_wire (void)
{
  GByteArray *bytes, *inner;

  /* The version as a string, the graph as a number. */
  bytes = onnx_writer_message ();
  onnx_writer_string (bytes, 1, "8");
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "wrong type");
  bytes = onnx_writer_message ();
  onnx_writer_int (bytes, 7, 8);
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "wrong type");
  /* Group, end of group and the two wire types that do not exist. */
  for (guint wire = 3; wire < 8; wire++) {
    if (wire == 5)
      continue;
    bytes = onnx_writer_message ();
    onnx_writer_varint (bytes, 7 << 3 | wire);
    onnx_writer_varint (bytes, 0);
    onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "field type");
  }
  bytes = onnx_writer_message ();
  onnx_writer_int (bytes, 0, 1);
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "field number");
  /* A number of eleven bytes, a string of 2^63 bytes. */
  bytes = onnx_writer_message ();
  onnx_writer_varint (bytes, 1 << 3);
  for (guint i = 0; i < 11; i++)
    g_byte_array_append (bytes, (const guint8 *) "\x80", 1);
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "a number never ends");
  bytes = onnx_writer_message ();
  onnx_writer_varint (bytes, 2 << 3 | 2);
  onnx_writer_varint (bytes, G_GUINT64_CONSTANT (1) << 63);
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "truncated");
  /* Two graphs, which protobuf would merge. */
  bytes =
      onnx_writer_model (13, onnx_writer_graph (TRUE, onnx_check_relu ("x",
              "y")));
  onnx_writer_put (bytes, 7, onnx_writer_message ());
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "twice");
  /* A sequence of sequences of ... as an input's type. */
  inner = onnx_writer_message ();
  for (guint i = 0; i < 2000; i++) {
    GByteArray *outer = onnx_writer_message ();

    onnx_writer_put (outer, i % 2 ? 4 : 1, inner);
    inner = outer;
  }
  bytes = onnx_writer_message ();
  onnx_writer_put (bytes, 2, inner);
  inner = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (inner, ONNX_GRAPH_INPUT, bytes);
  onnx_check_error (onnx_writer_model (13, inner), SG_ERROR_INVALID_MODEL,
      "too deep");
}

static void
test_unpack_memory (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  g_autoptr (GByteArray) nodes = g_byte_array_new ();

  /* Empty nodes take two bytes each in the file and hundreds in memory. */
  g_byte_array_set_size (nodes, 8 << 20);
  for (guint i = 0; i < nodes->len; i += 2) {
    nodes->data[i] = ONNX_GRAPH_NODE << 3 | 2;
    nodes->data[i + 1] = 0;
  }
  g_byte_array_append (graph, nodes->data, nodes->len);
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_NO_MEMORY,
      "memory");
}

/* --- the graph ------------------------------------------------------------ */

static void
test_names (void)
{
  GByteArray *graph;

  onnx_check_error (onnx_check_with (13, onnx_check_relu ("nobody", "y"), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|Relu|opset 13|'nobody'|nothing makes");
  onnx_check_error (onnx_check_with (13, onnx_check_relu ("x", "z"), NULL),
      SG_ERROR_INVALID_MODEL, "output 'y'|made by no node");
  onnx_check_error (onnx_check_with (13, onnx_check_relu ("x", "x"), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|'x', which is there already");
  /* Two nodes make y. */
  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Relu", "second",
          "x", "y", NULL));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_INVALID_MODEL,
      "'second'|'y', which is there already");
  /* Two inputs, outputs, initializers of one name. */
  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x",
          ONNX_FLOAT, I (1), ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_INVALID_MODEL,
      "input 'x' is there twice");
  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, I (1), ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_INVALID_MODEL,
      "output 'y' is there twice");
  graph = onnx_writer_graph (TRUE, onnx_check_add ());
  for (guint i = 0; i < 2; i++)
    onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
        onnx_writer_filled_tensor ("w", 1, I (1), ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_INVALID_MODEL,
      "initializer 'w' is there twice");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_filled_tensor (NULL, 1, I (1), ONNX_END)),
      SG_ERROR_INVALID_MODEL, "no name");
  /* A node that names no operator, and nothing but a graph. */
  onnx_check_error (onnx_check_with (13, onnx_writer_node (NULL, "empty", "x",
              "y", NULL), NULL), SG_ERROR_INVALID_MODEL, "'empty'|no operator");
  onnx_check_error (onnx_writer_model (13, onnx_writer_message ()),
      SG_ERROR_INVALID_MODEL, "no output");
}

static void
test_hostile_name (void)
{
  g_autofree gchar *name = g_strnfill (100000, 'n');

  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Relu",
              "\033[31m\xff\xfe\nx", "nobody", "y", NULL), NULL),
      SG_ERROR_INVALID_MODEL, "?[31m");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Relu", name,
              "nobody", "y", NULL), NULL), SG_ERROR_INVALID_MODEL, "nnn...");
}

static void
test_cycle (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, NULL);

  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Add", "first",
          "x,b", "a", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Relu", "second",
          "a", "b", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_check_relu ("b", "y"));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_INVALID_MODEL,
      "'second'|'a'|cycle");
  onnx_check_error (onnx_check_with (13, onnx_check_relu ("y", "y"), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|'y'|cycle");
}

/* Not in topological order: refused by ONNX, harmless here. */
static void
test_order (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, NULL);
  g_autoptr (SgModel) model = NULL;
  SgGraph *read;
  const guint n = 2000;

  for (guint i = n; i-- > 0;) {
    g_autofree gchar *in = g_strdup_printf (i ? "v%u" : "x", i);
    g_autofree gchar *out = g_strdup_printf (i + 1 < n ? "v%u" : "y", i + 1);

    onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Relu", NULL,
            in, out, NULL));
  }
  model = onnx_check_model (onnx_writer_model (13, graph));
  read = sg_model_get_graph (model);
  g_assert_cmpuint (sg_graph_get_n_nodes (read), ==, n);
  for (guint i = 1; i < n; i++) {
    SgNode *before = g_ptr_array_index (read->nodes, i - 1);
    SgNode *node = g_ptr_array_index (read->nodes, i);

    g_assert_true (node->inputs[0] == before->outputs[0]);
  }
}

static void
test_inputs (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  g_autoptr (SgModel) model = NULL;
  const SgTensorDesc *desc;

  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("second",
          ONNX_INT64, I (2), I (-1), I (0), ONNX_END));
  model = onnx_check_model (onnx_writer_model (13, graph));
  g_assert_cmpuint (sg_graph_get_n_inputs (sg_model_get_graph (model)), ==, 2);
  desc = sg_graph_get_input_desc (sg_model_get_graph (model), 1);
  g_assert_cmpint (desc->dtype, ==, SG_DTYPE_I64);
  g_assert_cmpint (desc->shape.rank, ==, 3);
  g_assert_cmpint (desc->shape.dim[0], ==, 2);
  g_assert_cmpint (desc->shape.dim[1], ==, -1);
  g_assert_cmpint (desc->shape.dim[2], ==, -1);

  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("bad",
          ONNX_FLOAT, I (-7), ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_INVALID_MODEL,
      "'bad'|negative");
  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("bad",
          ONNX_FLOAT, G_MAXINT64, G_MAXINT64, ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_INVALID_MODEL,
      "'bad'|too large");
  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("words",
          ONNX_STRING, I (1), ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_UNSUPPORTED,
      "'words'|STRING");
  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("deep",
          ONNX_FLOAT, I (1), I (1), I (1), I (1), I (1), I (1), I (1), I (1),
          I (1), ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_UNSUPPORTED,
      "'deep'|8 dimensions");
}

/* --- operators and versions ----------------------------------------------- */

static void
test_unknown_operator (void)
{
  GByteArray *node;

  onnx_check_error (onnx_check_with (13, onnx_writer_node ("LSTM", "memory",
              "x", "y", NULL), NULL), SG_ERROR_UNSUPPORTED,
      "'memory'|LSTM|opset 13|not supported|export");
  node = onnx_writer_node ("Relu", "mine", "x", "y", NULL);
  onnx_writer_string (node, 7, "com.example");
  onnx_check_error (onnx_check_with (13, node, NULL), SG_ERROR_UNSUPPORTED,
      "'mine'|Relu|com.example");
  node = onnx_writer_node ("Relu", "standard", "x", "y", NULL);
  onnx_writer_string (node, 7, "ai.onnx");
  sg_model_unref (onnx_check_model (onnx_check_with (13, node, NULL)));
  node = onnx_writer_node ("Constant", "c", NULL, "y", NULL);
  onnx_writer_string (node, 7, "ai.onnx.ml");
  onnx_check_error (onnx_check_with (13, node, NULL), SG_ERROR_UNSUPPORTED,
      "'c'|ai.onnx.ml");
}

static void
test_opset (void)
{
  GByteArray *bytes, *import, *node;
  g_autoptr (SgModel) model = NULL;

  /* Broadcasting came with opset 7; Relu is the same since the first. */
  onnx_check_error (onnx_check_with (6, onnx_check_add (),
          onnx_writer_filled_tensor ("w", 1, I (1), ONNX_END)),
      SG_ERROR_UNSUPPORTED, "'add'|Add|opset 6|opset 7|version_converter|13");
  model =
      onnx_check_model (onnx_check_with (6, onnx_check_relu ("x", "y"), NULL));
  g_clear_pointer (&model, sg_model_unref);
  bytes = onnx_writer_message ();
  onnx_writer_int (bytes, 1, 2);
  onnx_writer_put (bytes, 7, onnx_writer_graph (TRUE, onnx_check_relu ("x",
              "y")));
  onnx_check_error (bytes, SG_ERROR_UNSUPPORTED, "version 2|version_converter");
  onnx_check_error (onnx_check_with (-5, onnx_check_relu ("x", "y"), NULL),
      SG_ERROR_INVALID_MODEL, "opset");
  /* Gone since opset 10. */
  onnx_check_error (onnx_check_with (99, onnx_writer_node ("Upsample", "up",
              "x,s", "y", NULL), onnx_writer_filled_tensor ("s", 1, I (4),
              ONNX_END)), SG_ERROR_UNSUPPORTED,
      "'up'|Upsample|opset 99|supported in opset");
  onnx_check_error (onnx_check_with (99, onnx_writer_node ("NewThing", "new",
              "x", "y", NULL), NULL), SG_ERROR_UNSUPPORTED,
      "'new'|NewThing|opset 99");
  /* Newer than tested, but of the one operator no change is known. */
  model =
      onnx_check_model (onnx_check_with (22, onnx_check_relu ("x", "y"), NULL));
  g_assert_cmpint (sg_model_get_opset (model), ==, 22);
  /* None at all; one of another domain; the higher of two. */
  bytes = onnx_writer_message ();
  onnx_writer_int (bytes, 1, 8);
  onnx_writer_put (bytes, 7, onnx_writer_graph (TRUE, onnx_check_relu ("x",
              "y")));
  import = onnx_writer_message ();
  onnx_writer_string (import, 1, "ai.onnx.ml");
  onnx_writer_int (import, 2, 2);
  onnx_writer_put (bytes, 8, import);
  onnx_check_error (bytes, SG_ERROR_INVALID_MODEL, "opset");
  node = onnx_writer_node ("Relu", "mine", "x", "y", NULL);
  onnx_writer_string (node, 7, "com.example");
  bytes = onnx_writer_message ();
  onnx_writer_int (bytes, 1, 8);
  onnx_writer_put (bytes, 7, onnx_writer_graph (TRUE, node));
  onnx_check_error (bytes, SG_ERROR_UNSUPPORTED, "'mine'|com.example");
  bytes = onnx_check_with (7, onnx_check_relu ("x", "y"), NULL);
  import = onnx_writer_message ();
  onnx_writer_string (import, 1, "ai.onnx");
  onnx_writer_int (import, 2, 12);
  onnx_writer_put (bytes, 8, import);
  sg_model_unref (model);
  model = onnx_check_model (bytes);
  g_assert_cmpint (sg_model_get_opset (model), ==, 12);
}

static void
test_arity (void)
{
  onnx_check_error (onnx_check_with (13, onnx_check_relu (NULL, "y"), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|input 0 is missing");
  onnx_check_error (onnx_check_with (13, onnx_check_relu ("", "y"), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|input 0 is missing");
  onnx_check_error (onnx_check_with (13, onnx_check_relu ("x,x", "y"), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|2 inputs");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Concat", "cat",
              "x,,x", "y", onnx_writer_attr_int ("axis", 1), NULL), NULL),
      SG_ERROR_INVALID_MODEL, "'cat'|input 1 is missing");
}

/* An output that nobody uses does no harm, one that is used does. */
static void
test_extra_output (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_writer_node ("Dropout",
          "drop", "x", "y,mask", NULL));

  sg_model_unref (onnx_check_model (onnx_writer_model (11, graph)));
  sg_model_unref (onnx_check_model (onnx_check_with (13, onnx_check_relu ("x",
                  "y,z"), NULL)));
  graph = onnx_writer_graph (TRUE, onnx_check_relu ("x", "z,more"));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Neg", "second",
          "more", "y", NULL));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_UNSUPPORTED,
      "'act'|Relu|2 outputs");
}

static void
test_attributes (void)
{
  GByteArray *attr, *node;

  onnx_check_error (onnx_check_with (13, onnx_writer_node ("LeakyRelu", "act",
              "x", "y", onnx_writer_attr_float ("alpha", 0.1f),
              onnx_writer_attr_float ("alpha", 0.2f), NULL), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|'alpha' is given twice");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("LeakyRelu", "act",
              "x", "y", onnx_writer_attr_int ("alpha", 1), NULL), NULL),
      SG_ERROR_INVALID_MODEL, "'act'|'alpha' is an integer, not a float");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("LeakyRelu", "act",
              "x", "y", onnx_writer_attr_float ("alpha", NAN), NULL), NULL),
      SG_ERROR_NOT_FINITE, "'act'|'alpha'|NaN");
  attr = onnx_writer_message ();
  onnx_writer_int (attr, 20, 2);
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Relu", "act", "x",
              "y", attr, NULL), NULL), SG_ERROR_INVALID_MODEL,
      "'act'|attribute without a name");
  /* A subgraph on an operator that has none, and one that has. */
  attr = onnx_writer_message ();
  onnx_writer_string (attr, 1, "body");
  onnx_writer_put (attr, 6, onnx_writer_graph (TRUE, onnx_check_relu ("x",
              "y")));
  onnx_writer_int (attr, 20, 5);
  node = onnx_writer_node ("Relu", "act", "x", "y", attr, NULL);
  onnx_check_error (onnx_check_with (13, node, NULL), SG_ERROR_UNSUPPORTED,
      "'act'|'body'|subgraph");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("If", "branch", "x",
              "y", NULL), NULL), SG_ERROR_UNSUPPORTED, "'branch'|If");
  attr = onnx_writer_attr_int ("axis", 1);
  onnx_writer_string (attr, 21, "outer");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Concat", "cat",
              "x,x", "y", attr, NULL), NULL), SG_ERROR_INVALID_MODEL,
      "'cat'|'axis'");
}

static void
test_constant_node (void)
{
  g_autoptr (SgModel) model = NULL;
  SgTensor *tensor;

  model =
      onnx_check_model (onnx_check_with (13, onnx_writer_node ("Constant", NULL,
              NULL, "y", onnx_writer_attr_ints ("value_ints", I (4), I (-5),
                  ONNX_END), NULL), NULL));
  tensor = onnx_check_constant (model);
  g_assert_cmpint (tensor->desc.dtype, ==, SG_DTYPE_I64);
  g_assert_cmpint (tensor->desc.shape.rank, ==, 1);
  g_assert_cmpint (sg_tensor_get_i64 (tensor, 1), ==, -5);
  sg_model_unref (model);
  model =
      onnx_check_model (onnx_check_with (13, onnx_writer_node ("Constant", NULL,
              NULL, "y", onnx_writer_attr_float ("value_float", 0.5f), NULL),
          NULL));
  tensor = onnx_check_constant (model);
  g_assert_cmpint (tensor->desc.dtype, ==, SG_DTYPE_F32);
  g_assert_cmpint (tensor->desc.shape.rank, ==, 0);
  g_assert_cmpfloat (sg_tensor_get (tensor, 0), ==, 0.5);
  g_assert_cmpuint (sg_graph_get_n_nodes (sg_model_get_graph (model)), ==, 0);

  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Constant", "c",
              NULL, "y", NULL), NULL), SG_ERROR_INVALID_MODEL, "'c'|value");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Constant", "c",
              NULL, "y", onnx_writer_attr_string ("value_string", "word"),
              NULL), NULL), SG_ERROR_UNSUPPORTED, "'c'|value_string");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Constant", "c",
              NULL, "y", onnx_writer_attr_tensor ("value",
                  onnx_writer_filled_tensor (NULL, NAN, I (2), ONNX_END)),
              NULL), NULL), SG_ERROR_NOT_FINITE, "'c'|'y'|NaN");
  onnx_check_error (onnx_check_with (13, onnx_writer_node ("Constant", "c", "x",
              "y", onnx_writer_attr_float ("value_float", 1), NULL), NULL),
      SG_ERROR_INVALID_MODEL, "'c'|no input");
}

/* --- tensors -------------------------------------------------------------- */

static void
test_tensor_size (void)
{
  static const gfloat data[4];
  const gint64 three = 3;

  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_raw_tensor ("w", ONNX_FLOAT, &three, 1, data, 11)),
      SG_ERROR_INVALID_MODEL, "'w'|[3]|12 bytes|11");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_raw_tensor ("w", ONNX_FLOAT, &three, 1, data, 16)),
      SG_ERROR_INVALID_MODEL, "'w'|12 bytes|16");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_tensor ("w", ONNX_FLOAT, I (-3), ONNX_END)),
      SG_ERROR_INVALID_MODEL, "'w'|-3");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_tensor ("w", ONNX_FLOAT, I (1) << 20, I (1) << 18,
              ONNX_END)), SG_ERROR_INVALID_MODEL, "'w'|elements|has 0");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_tensor ("w", ONNX_FLOAT, I (1) << 40, I (1) << 40,
              ONNX_END)), SG_ERROR_INVALID_MODEL, "'w'|too large");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_tensor ("w", ONNX_FLOAT, G_MAXINT64, I (0), G_MAXINT64,
              ONNX_END)), SG_ERROR_INVALID_MODEL, "'w'|too large");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_tensor ("w", ONNX_FLOAT, I (1), I (1), I (1), I (1),
              I (1), I (1), I (1), I (1), I (1), ONNX_END)),
      SG_ERROR_UNSUPPORTED, "'w'|9 dimensions");
}

static void
test_tensor_type (void)
{
  static const struct
  {
    gint type;
    const gchar *name;
  } types[] = {
    {ONNX_STRING, "STRING"}, {ONNX_COMPLEX64, "COMPLEX64"},
    {ONNX_FLOAT8E4M3FN, "FLOAT8E4M3FN"}, {ONNX_INT4, "INT4"},
    {1000, "unknown"}, {-1, "unknown"},
  };
  GByteArray *tensor;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree gchar *needles = g_strdup_printf ("'w'|%s", types[i].name);

    onnx_check_error (onnx_check_with (13, onnx_check_add (),
            onnx_writer_tensor ("w", types[i].type, I (1), ONNX_END)),
        SG_ERROR_UNSUPPORTED, needles);
  }
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_tensor ("w", 0, I (1), ONNX_END)), SG_ERROR_INVALID_MODEL,
      "'w'|no element type");
  /* float_data for integers, float_data besides raw data, a segment. */
  tensor = onnx_writer_tensor ("w", ONNX_INT64, I (1), ONNX_END);
  onnx_writer_float (tensor, 4, 1);
  onnx_check_error (onnx_check_with (13, onnx_check_add (), tensor),
      SG_ERROR_INVALID_MODEL, "'w'|several types");
  tensor = onnx_writer_filled_tensor ("w", 1, I (1), ONNX_END);
  onnx_writer_float (tensor, 4, 1);
  onnx_check_error (onnx_check_with (13, onnx_check_add (), tensor),
      SG_ERROR_INVALID_MODEL, "'w'|several types");
  tensor = onnx_writer_filled_tensor ("w", 1, I (1), ONNX_END);
  onnx_writer_put (tensor, 3, onnx_writer_message ());
  onnx_check_error (onnx_check_with (13, onnx_check_add (), tensor),
      SG_ERROR_UNSUPPORTED, "'w'|segments");
  tensor = onnx_writer_tensor ("w", ONNX_UINT8, I (1), ONNX_END);
  onnx_writer_int (tensor, 5, 300);
  onnx_check_error (onnx_check_with (13, onnx_check_add (), tensor),
      SG_ERROR_INVALID_MODEL, "'w'|does not fit|u8");
}

/* Every type as typed and as raw data. */
static void
test_tensor_values (void)
{
  static const struct
  {
    gint type;
    guint field;                /* of TensorProto, for typed data */
    gint64 typed;
    guint8 raw[8];
    guint size;
    gdouble value;
  } cases[] = {
    {ONNX_INT8, 5, -7, {0xf9}, 1, -7},
    {ONNX_UINT8, 5, 200, {200}, 1, 200},
    {ONNX_INT16, 5, -300, {0xd4, 0xfe}, 2, -300},
    {ONNX_UINT16, 5, 65535, {0xff, 0xff}, 2, 65535},
    {ONNX_INT32, 5, -70000, {0x90, 0xee, 0xfe, 0xff}, 4, -70000},
    {ONNX_INT64, 7, -2, {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 8,
        -2},
    {ONNX_UINT32, 11, 4000000000, {0x00, 0x28, 0x6b, 0xee}, 4, 4000000000.},
    {ONNX_UINT64, 11, 5, {5}, 8, 5},
    {ONNX_BOOL, 5, 1, {7}, 1, 1},
    {ONNX_FLOAT16, 5, 0xc000, {0x00, 0xc0}, 2, -2},
    {ONNX_BFLOAT16, 5, 0x3f80, {0x80, 0x3f}, 2, 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GByteArray *tensor = onnx_writer_tensor ("w", cases[i].type, ONNX_END);
    g_autoptr (SgModel) model = NULL;

    onnx_writer_int (tensor, cases[i].field, cases[i].typed);
    model = onnx_check_model (onnx_check_with (13, onnx_check_add (), tensor));
    g_assert_cmpfloat (sg_tensor_get (onnx_check_constant (model), 0), ==,
        cases[i].value);
    g_clear_pointer (&model, sg_model_unref);
    model = onnx_check_model (onnx_check_with (13, onnx_check_add (),
            onnx_writer_raw_tensor ("w", cases[i].type, NULL, 0, cases[i].raw,
                cases[i].size)));
    g_assert_cmpfloat (sg_tensor_get (onnx_check_constant (model), 0), ==,
        cases[i].value);
  }
}

static void
test_not_finite (void)
{
  GByteArray *graph;
  static const guint16 half_nan = GUINT16_TO_LE (0x7e00);

  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_filled_tensor ("w", NAN, I (2), ONNX_END)),
      SG_ERROR_NOT_FINITE, "'w'|NaN");
  onnx_check_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_raw_tensor ("w", ONNX_FLOAT16, NULL, 0, &half_nan, 2)),
      SG_ERROR_NOT_FINITE, "'w'|NaN");
  onnx_check_error (onnx_check_with (13, conv (),
          onnx_writer_filled_tensor ("w", -INFINITY, I (3), I (3), I (1), I (1),
              ONNX_END)), SG_ERROR_NOT_FINITE, "'conv'|Conv|'w'|not finite");
  /* Through an Identity. */
  graph = onnx_writer_graph (TRUE, onnx_writer_node ("Identity", NULL, "w",
          "v", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Conv", "conv",
          "x,v", "y", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, onnx_writer_filled_tensor
      ("w", INFINITY, I (3), I (3), I (1), I (1), ONNX_END));
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_NOT_FINITE,
      "'conv'|'w'");
  /* A bound may be infinite. */
  sg_model_unref (onnx_check_model (onnx_check_with (13,
              onnx_writer_node ("Clip", "clip", "x,w", "y", NULL),
              onnx_writer_filled_tensor ("w", -INFINITY, ONNX_END))));
}

static void
test_sparse (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, onnx_check_add ());
  GByteArray *sparse = onnx_writer_message ();

  onnx_writer_put (sparse, 1, onnx_writer_filled_tensor ("w", 1, I (1),
          ONNX_END));
  onnx_writer_int (sparse, 3, 100);
  onnx_writer_put (graph, ONNX_GRAPH_SPARSE, sparse);
  onnx_check_error (onnx_writer_model (13, graph), SG_ERROR_UNSUPPORTED,
      "'w'|sparse");
}

/* --- what only shapes show ------------------------------------------------- */

/* @bytes load, but not for an input [1,3,8,8]. Frees them. */
static void
expect_infer_error (GByteArray * bytes, SgErrorCode code, const gchar * needles)
{
  g_autoptr (SgModel) model = onnx_check_model (bytes);
  g_autoptr (GError) error = NULL;
  SgTensorDesc input = { SG_DTYPE_F32, SG_SHAPE (1, 3, 8, 8) };
  SgTensorDesc output;

  g_assert_false (sg_session_infer (sg_model_get_graph (model), &input, 1,
          &output, &error));
  onnx_check_message (error, code, needles);
}

static void
test_shapes (void)
{
  /* 5-D weights for a 2-D convolution, a wrong number of channels, a kernel
   * larger than the image. */
  expect_infer_error (onnx_check_with (13, conv (),
          onnx_writer_filled_tensor ("w", 1, I (3), I (3), I (1), I (1), I (1),
              ONNX_END)), SG_ERROR_SHAPE, "'conv'");
  expect_infer_error (onnx_check_with (13, conv (),
          onnx_writer_filled_tensor ("w", 1, I (3), I (4), I (1), I (1),
              ONNX_END)), SG_ERROR_SHAPE, "'conv'");
  expect_infer_error (onnx_check_with (13, conv (),
          onnx_writer_filled_tensor ("w", 1, I (1), I (3), I (9), I (9),
              ONNX_END)), SG_ERROR_SHAPE, "'conv'");
  expect_infer_error (onnx_check_with (13, onnx_check_add (),
          onnx_writer_filled_tensor ("w", 1, I (5), ONNX_END)), SG_ERROR_SHAPE,
      "'add'|[5]");
  /* A tensor of 2^60 elements. */
  expect_infer_error (onnx_check_with (13, onnx_writer_node ("Expand", "big",
              "x,w", "y", NULL), onnx_writer_raw_tensor ("w", ONNX_INT64,
              (const gint64[]) { 4 }, 1, (const gint64[]) { I (1) << 30,
                I (1) << 30, 1, 1
              }, 32)), SG_ERROR_SHAPE, "'big'");
  expect_infer_error (onnx_check_with (13, onnx_writer_node ("ConstantOfShape",
              "big", "w", "y", NULL), onnx_writer_raw_tensor ("w", ONNX_INT64,
              (const gint64[]) { 2 }, 1, (const gint64[]) { I (1) << 20,
                I (1) << 19
              }, 16)), SG_ERROR_NO_MEMORY, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx/not-onnx", test_not_onnx);
  g_test_add_func ("/onnx/truncated", test_truncated);
  g_test_add_func ("/onnx/wire", test_wire);
  g_test_add_func ("/onnx/unpack-memory", test_unpack_memory);
  g_test_add_func ("/onnx/names", test_names);
  g_test_add_func ("/onnx/hostile-name", test_hostile_name);
  g_test_add_func ("/onnx/cycle", test_cycle);
  g_test_add_func ("/onnx/order", test_order);
  g_test_add_func ("/onnx/inputs", test_inputs);
  g_test_add_func ("/onnx/unknown-operator", test_unknown_operator);
  g_test_add_func ("/onnx/opset", test_opset);
  g_test_add_func ("/onnx/arity", test_arity);
  g_test_add_func ("/onnx/extra-output", test_extra_output);
  g_test_add_func ("/onnx/attributes", test_attributes);
  g_test_add_func ("/onnx/constant-node", test_constant_node);
  g_test_add_func ("/onnx/tensor-size", test_tensor_size);
  g_test_add_func ("/onnx/tensor-type", test_tensor_type);
  g_test_add_func ("/onnx/tensor-values", test_tensor_values);
  g_test_add_func ("/onnx/not-finite", test_not_finite);
  g_test_add_func ("/onnx/sparse", test_sparse);
  g_test_add_func ("/onnx/shapes", test_shapes);
  return g_test_run ();
}
