/* gst-stylegan: the graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph.h"

#include <string.h>

static void
value_free (gpointer data)
{
  SgValue *value = data;

  g_clear_pointer (&value->constant, sg_tensor_unref);
  g_free (value->name);
  g_free (value);
}

void
sg_node_free (SgNode * node)
{
  g_free (node->name);
  g_free (node->attrs);
  g_free (node->inputs);
  g_free (node->outputs);
  g_free (node);
}

static void
output_clear (gpointer data)
{
  g_free (((SgGraphOutput *) data)->name);
}

SgGraph *
sg_graph_new (void)
{
  SgGraph *graph = g_new0 (SgGraph, 1);

  graph->ref_count = 1;
  graph->values = g_ptr_array_new_with_free_func (value_free);
  graph->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_node_free);
  graph->inputs = g_ptr_array_new ();
  graph->outputs = g_array_new (FALSE, FALSE, sizeof (SgGraphOutput));
  g_array_set_clear_func (graph->outputs, output_clear);
  return graph;
}

SgGraph *
sg_graph_ref (SgGraph * graph)
{
  g_atomic_int_inc (&graph->ref_count);
  return graph;
}

void
sg_graph_unref (SgGraph * graph)
{
  if (graph == NULL || !g_atomic_int_dec_and_test (&graph->ref_count))
    return;
  g_ptr_array_unref (graph->nodes);
  g_ptr_array_unref (graph->values);
  g_ptr_array_unref (graph->inputs);
  g_array_unref (graph->outputs);
  g_free (graph);
}

SgValue *
sg_graph_new_value (SgGraph * graph, const gchar * name)
{
  SgValue *value = g_new0 (SgValue, 1);

  value->name = g_strdup (name);
  g_ptr_array_add (graph->values, value);
  return value;
}

SgValue *
sg_graph_add_input (SgGraph * graph, const gchar * name, SgDType dtype,
    const SgShape * shape)
{
  SgValue *value = sg_graph_new_value (graph, name);

  value->desc.dtype = dtype;
  value->desc.shape = *shape;
  g_ptr_array_add (graph->inputs, value);
  return value;
}

SgValue *
sg_graph_add_constant (SgGraph * graph, const gchar * name, SgTensor * tensor)
{
  SgValue *value = sg_graph_new_value (graph, name);

  value->constant = sg_tensor_ref (tensor);
  value->desc = tensor->desc;
  return value;
}

SgNode *
sg_graph_new_node (SgGraph * graph, const SgOp * op, const gchar * name,
    gconstpointer attrs, SgValue * const *inputs, guint n_inputs,
    guint n_outputs)
{
  SgNode *node = g_new0 (SgNode, 1);

  node->op = op;
  node->name = g_strdup (name);
  if (op->attrs_size > 0) {
    node->attrs = g_malloc0 (op->attrs_size);
    if (attrs)
      memcpy (node->attrs, attrs, op->attrs_size);
  }
  node->n_inputs = n_inputs;
  node->inputs = g_memdup2 (inputs, n_inputs * sizeof *inputs);
  node->n_outputs = n_outputs;
  node->outputs = g_new0 (SgValue *, MAX (n_outputs, 1));
  for (guint i = 0; i < n_outputs; i++) {
    node->outputs[i] = sg_graph_new_value (graph, NULL);
    node->outputs[i]->producer = node;
  }
  return node;
}

SgValue *const *
sg_graph_add_node (SgGraph * graph, const gchar * op_name, const gchar * name,
    gconstpointer attrs, SgValue * const *inputs, guint n_inputs,
    guint n_outputs, GError ** error)
{
  const SgOp *op = sg_op_find (op_name);
  SgNode *node;

  if (op == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "there is no operator \"%s\"", op_name);
    return NULL;
  }
  if (n_inputs < op->min_inputs || n_inputs > op->max_inputs
      || n_outputs < op->min_outputs || n_outputs > op->max_outputs) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "node '%s' (%s): %u inputs and %u outputs do not suit the operator",
        name ? name : "", op_name, n_inputs, n_outputs);
    return NULL;
  }
  node = sg_graph_new_node (graph, op, name, attrs, inputs, n_inputs,
      n_outputs);
  g_ptr_array_add (graph->nodes, node);
  return node->outputs;
}

void
sg_graph_add_output (SgGraph * graph, const gchar * name, SgValue * value)
{
  SgGraphOutput output = { g_strdup (name), value };

  g_array_append_val (graph->outputs, output);
}

guint
sg_graph_get_n_inputs (SgGraph * graph)
{
  return graph->inputs->len;
}

guint
sg_graph_get_n_outputs (SgGraph * graph)
{
  return graph->outputs->len;
}

guint
sg_graph_get_n_nodes (SgGraph * graph)
{
  return graph->nodes->len;
}

const gchar *
sg_graph_get_input_name (SgGraph * graph, guint index)
{
  return ((SgValue *) g_ptr_array_index (graph->inputs, index))->name;
}

const gchar *
sg_graph_get_output_name (SgGraph * graph, guint index)
{
  return g_array_index (graph->outputs, SgGraphOutput, index).name;
}

const SgTensorDesc *
sg_graph_get_input_desc (SgGraph * graph, guint index)
{
  return &((SgValue *) g_ptr_array_index (graph->inputs, index))->desc;
}

gsize
sg_graph_get_constant_bytes (SgGraph * graph)
{
  gsize bytes = 0;

  for (guint i = 0; i < graph->values->len; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);

    if (value->constant)
      bytes += sg_tensor_desc_bytes (&value->constant->desc);
  }
  return bytes;
}

/* --- copying and rewriting ------------------------------------------------ */

SgGraph *
sg_graph_copy (SgGraph * graph)
{
  SgGraph *copy = sg_graph_new ();
  g_autoptr (GHashTable) map = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < graph->values->len; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);
    SgValue *twin = sg_graph_new_value (copy, value->name);

    twin->desc = value->desc;
    if (value->constant)
      twin->constant = sg_tensor_ref (value->constant);
    g_hash_table_insert (map, value, twin);
  }
  for (guint i = 0; i < graph->inputs->len; i++)
    g_ptr_array_add (copy->inputs, g_hash_table_lookup (map,
            g_ptr_array_index (graph->inputs, i)));
  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);
    SgNode *twin = sg_graph_new_node (copy, node->op, node->name, node->attrs,
        node->inputs, node->n_inputs, 0);

    twin->n_outputs = node->n_outputs;
    g_free (twin->outputs);
    twin->outputs = g_new0 (SgValue *, MAX (node->n_outputs, 1));
    for (guint k = 0; k < node->n_inputs; k++)
      if (node->inputs[k])
        twin->inputs[k] = g_hash_table_lookup (map, node->inputs[k]);
    for (guint k = 0; k < node->n_outputs; k++) {
      twin->outputs[k] = g_hash_table_lookup (map, node->outputs[k]);
      twin->outputs[k]->producer = twin;
    }
    g_ptr_array_add (copy->nodes, twin);
  }
  for (guint i = 0; i < graph->outputs->len; i++) {
    SgGraphOutput *out = &g_array_index (graph->outputs, SgGraphOutput, i);

    sg_graph_add_output (copy, out->name, g_hash_table_lookup (map,
            out->value));
  }
  return copy;
}

void
sg_graph_replace_value (SgGraph * graph, SgValue * value, SgValue * with)
{
  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    for (guint k = 0; k < node->n_inputs; k++)
      if (node->inputs[k] == value)
        node->inputs[k] = with;
  }
  for (guint i = 0; i < graph->outputs->len; i++) {
    SgGraphOutput *out = &g_array_index (graph->outputs, SgGraphOutput, i);

    if (out->value == value)
      out->value = with;
  }
}

static gboolean
is_output (SgGraph * graph, SgValue * value)
{
  for (guint i = 0; i < graph->outputs->len; i++)
    if (g_array_index (graph->outputs, SgGraphOutput, i).value == value)
      return TRUE;
  return FALSE;
}

guint
sg_graph_count_uses (SgGraph * graph, SgValue * value)
{
  guint n = is_output (graph, value);

  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    for (guint k = 0; k < node->n_inputs; k++)
      n += node->inputs[k] == value;
  }
  return n;
}

SgNode *
sg_graph_single_user (SgGraph * graph, SgValue * value)
{
  SgNode *user = NULL;

  if (sg_graph_count_uses (graph, value) != 1 || is_output (graph, value))
    return NULL;
  for (guint i = 0; i < graph->nodes->len && user == NULL; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    for (guint k = 0; k < node->n_inputs; k++)
      if (node->inputs[k] == value)
        user = node;
  }
  return user;
}

void
sg_graph_remove_unused (SgGraph * graph)
{
  for (guint i = 0; i < graph->values->len; i++)
    ((SgValue *) g_ptr_array_index (graph->values, i))->index = 0;
  for (guint i = 0; i < graph->inputs->len; i++)
    ((SgValue *) g_ptr_array_index (graph->inputs, i))->index = 1;
  for (guint i = 0; i < graph->outputs->len; i++)
    g_array_index (graph->outputs, SgGraphOutput, i).value->index = 1;
  for (guint i = graph->nodes->len; i-- > 0;) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);
    gboolean used = FALSE;

    for (guint k = 0; k < node->n_outputs; k++)
      used |= node->outputs[k]->index;
    if (!used) {
      g_ptr_array_remove_index (graph->nodes, i);
      continue;
    }
    for (guint k = 0; k < node->n_outputs; k++)
      node->outputs[k]->index = 1;
    for (guint k = 0; k < node->n_inputs; k++)
      if (node->inputs[k])
        node->inputs[k]->index = 1;
  }
  for (guint i = graph->values->len; i-- > 0;)
    if (((SgValue *) g_ptr_array_index (graph->values, i))->index == 0)
      g_ptr_array_remove_index (graph->values, i);
}
