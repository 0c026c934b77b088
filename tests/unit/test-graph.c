/* gst-stylegan: tests of the graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "graph/graph.h"
#include "ops/leaky_relu.h"
#include "util/shape.h"

/* relu (x) + c -> y */
static SgGraph *
make_graph (void)
{
  SgGraph *graph = sg_graph_new ();
  g_autoptr (SgTensor) one = sg_tensor_new_f32_scalar (1);
  SgValue *inputs[2];

  inputs[0] = sg_graph_add_input (graph, "x", SG_DTYPE_F32, SHAPE (1, 3,
          -1, -1));
  inputs[0] = sg_graph_add_node (graph, "relu", "first", NULL, inputs, 1, 1,
      NULL)[0];
  inputs[1] = sg_graph_add_constant (graph, "one", one);
  inputs[0] = sg_graph_add_node (graph, "add", "second", NULL, inputs, 2, 1,
      NULL)[0];
  sg_graph_add_output (graph, "y", inputs[0]);
  return graph;
}

static void
test_build (void)
{
  g_autoptr (SgGraph) graph = make_graph ();
  g_autofree gchar *text = sg_graph_to_string (graph);

  g_assert_cmpuint (sg_graph_get_n_inputs (graph), ==, 1);
  g_assert_cmpuint (sg_graph_get_n_outputs (graph), ==, 1);
  g_assert_cmpuint (sg_graph_get_n_nodes (graph), ==, 2);
  g_assert_cmpstr (sg_graph_get_input_name (graph, 0), ==, "x");
  g_assert_cmpstr (sg_graph_get_output_name (graph, 0), ==, "y");
  g_assert_cmpint (sg_graph_get_input_desc (graph, 0)->shape.dim[2], ==, -1);
  g_assert_cmpuint (sg_graph_get_constant_bytes (graph), ==, 4);
  g_assert_nonnull (strstr (text, "input x f32[1,3,?,?]"));
  g_assert_nonnull (strstr (text, "relu (x"));
  g_assert_nonnull (strstr (text, "# second"));
}

static void
test_errors (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = sg_graph_add_input (graph, "x", SG_DTYPE_F32, SHAPE (1));
  SgValue *inputs[] = { x, x, x };

  g_assert_null (sg_graph_add_node (graph, "no_such", NULL, NULL, inputs, 1,
          1, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "no_such"));
  g_clear_error (&error);
  g_assert_null (sg_graph_add_node (graph, "add", "n", NULL, inputs, 3, 1,
          &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (sg_graph_add_node (graph, "add", "n", NULL, inputs, 2, 2,
          &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (sg_graph_get_n_nodes (graph), ==, 0);
}

static void
test_copy (void)
{
  SgGraph *graph = make_graph ();
  g_autoptr (SgGraph) copy = sg_graph_copy (graph);
  g_autofree gchar *before = sg_graph_to_string (graph);
  g_autofree gchar *after = NULL;
  SgNode *node = g_ptr_array_index (copy->nodes, 1);
  SgNode *twin = g_ptr_array_index (graph->nodes, 1);

  g_assert_true (node != twin);
  g_assert_true (node->inputs[0] != twin->inputs[0]);
  g_assert_true (node->inputs[0]->producer == g_ptr_array_index (copy->nodes,
          0));
  /* constants are shared */
  g_assert_true (node->inputs[1]->constant == twin->inputs[1]->constant);
  sg_graph_unref (graph);
  after = sg_graph_to_string (copy);
  g_assert_cmpstr (before, ==, after);
}

static void
test_attrs_are_copied (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgLeakyReluAttrs attrs = { 0.25f };
  SgValue *x = sg_graph_add_input (graph, "x", SG_DTYPE_F32, SHAPE (1));
  SgNode *node;

  node = sg_graph_add_node (graph, "leaky_relu", NULL, &attrs, &x, 1, 1,
      NULL)[0]->producer;
  attrs.alpha = 7;
  g_assert_cmpfloat (((SgLeakyReluAttrs *) node->attrs)->alpha, ==, 0.25f);
}

static void
test_uses (void)
{
  g_autoptr (SgGraph) graph = make_graph ();
  SgNode *relu = g_ptr_array_index (graph->nodes, 0);
  SgNode *add = g_ptr_array_index (graph->nodes, 1);

  g_assert_cmpuint (sg_graph_count_uses (graph, relu->outputs[0]), ==, 1);
  g_assert_true (sg_graph_single_user (graph, relu->outputs[0]) == add);
  /* an output is a use, and no node */
  g_assert_cmpuint (sg_graph_count_uses (graph, add->outputs[0]), ==, 1);
  g_assert_null (sg_graph_single_user (graph, add->outputs[0]));
  sg_graph_add_output (graph, "between", relu->outputs[0]);
  g_assert_cmpuint (sg_graph_count_uses (graph, relu->outputs[0]), ==, 2);
  g_assert_null (sg_graph_single_user (graph, relu->outputs[0]));
}

static void
test_replace_and_remove (void)
{
  g_autoptr (SgGraph) graph = make_graph ();
  SgNode *relu = g_ptr_array_index (graph->nodes, 0);
  SgNode *add = g_ptr_array_index (graph->nodes, 1);
  SgValue *x = g_ptr_array_index (graph->inputs, 0);

  sg_graph_replace_value (graph, relu->outputs[0], x);
  g_assert_true (add->inputs[0] == x);
  sg_graph_remove_unused (graph);
  g_assert_cmpuint (sg_graph_get_n_nodes (graph), ==, 1);
  /* then the output is the input itself: nothing is left but that */
  sg_graph_replace_value (graph, add->outputs[0], x);
  sg_graph_remove_unused (graph);
  g_assert_cmpuint (sg_graph_get_n_nodes (graph), ==, 0);
  g_assert_cmpuint (sg_graph_get_constant_bytes (graph), ==, 0);
  g_assert_cmpuint (graph->values->len, ==, 1);
}

/* An input of the graph stays, used or not: callers count on it. */
static void
test_unused_input_stays (void)
{
  g_autoptr (SgGraph) graph = make_graph ();

  sg_graph_add_input (graph, "ignored", SG_DTYPE_F32, SHAPE (1));
  sg_graph_remove_unused (graph);
  g_assert_cmpuint (sg_graph_get_n_inputs (graph), ==, 2);
  g_assert_cmpstr (sg_graph_get_input_name (graph, 1), ==, "ignored");
}

static void
test_long_chain (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgGraph) copy = NULL;
  SgValue *x = sg_graph_add_input (graph, "x", SG_DTYPE_F32, SHAPE (1));

  for (guint i = 0; i < 5000; i++)
    x = sg_graph_add_node (graph, "relu", NULL, NULL, &x, 1, 1, NULL)[0];
  sg_graph_add_output (graph, "y", x);
  copy = sg_graph_copy (graph);
  sg_graph_remove_unused (copy);
  g_assert_cmpuint (sg_graph_get_n_nodes (copy), ==, 5000);
}

static void
test_operators (void)
{
  guint n;
  const SgOp *const *ops = sg_op_list (&n);

  g_assert_cmpuint (n, >, 50);
  for (guint i = 0; i < n; i++) {
    g_assert_true (sg_op_find (ops[i]->name) == ops[i]);
    g_assert_nonnull (ops[i]->infer);
    g_assert_cmpuint (ops[i]->min_inputs, <=, ops[i]->max_inputs);
    g_assert_cmpuint (ops[i]->min_outputs, >=, 1);
    g_assert_cmpuint (ops[i]->min_outputs, <=, ops[i]->max_outputs);
    if (i > 0)
      g_assert_cmpstr (ops[i - 1]->name, <, ops[i]->name);
  }
}

/* No two rows may claim the same ONNX operator at the same opset. */
static void
test_onnx_names (void)
{
  guint n;
  const SgOp *const *ops = sg_op_list (&n);

  for (guint i = 0; i < n; i++) {
    for (const SgOnnxName * row = ops[i]->onnx; row && row->name; row++) {
      gint64 until = row->until ? row->until : 21;

      g_assert_cmpint (row->since, <=, until);
      for (gint64 opset = MAX (row->since, 7); opset <= until; opset++) {
        const SgOnnxName *found = NULL;

        g_assert_true (sg_op_find_onnx (row->name, opset, &found) == ops[i]);
        g_assert_true (found == row);
      }
    }
  }
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph/build", test_build);
  g_test_add_func ("/graph/errors", test_errors);
  g_test_add_func ("/graph/copy", test_copy);
  g_test_add_func ("/graph/attrs-are-copied", test_attrs_are_copied);
  g_test_add_func ("/graph/uses", test_uses);
  g_test_add_func ("/graph/replace-and-remove", test_replace_and_remove);
  g_test_add_func ("/graph/unused-input-stays", test_unused_input_stays);
  g_test_add_func ("/graph/long-chain", test_long_chain);
  g_test_add_func ("/graph/operators", test_operators);
  g_test_add_func ("/graph/onnx-names", test_onnx_names);
  return g_test_run ();
}
