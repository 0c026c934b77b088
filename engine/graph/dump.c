/* gst-stylegan: a graph as text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph.h"

static void
append_value (GString * s, SgValue * value)
{
  if (value == NULL) {
    g_string_append (s, "-");
    return;
  }
  if (value->name)
    g_string_append (s, value->name);
  else
    g_string_append_printf (s, "%%%u", value->index);
  if (value->desc.dtype != SG_DTYPE_NONE && value->desc.shape.rank >= 0) {
    g_autofree gchar *shape = sg_shape_to_string (&value->desc.shape);

    g_string_append_printf (s, " %s%s%s",
        value->constant ? "const " : "", sg_dtype_name (value->desc.dtype),
        shape);
  }
}

gchar *
sg_graph_to_string (SgGraph * graph)
{
  GString *s = g_string_new (NULL);

  for (guint i = 0; i < graph->values->len; i++)
    ((SgValue *) g_ptr_array_index (graph->values, i))->index = i;
  for (guint i = 0; i < graph->inputs->len; i++) {
    g_string_append (s, "input ");
    append_value (s, g_ptr_array_index (graph->inputs, i));
    g_string_append_c (s, '\n');
  }
  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    for (guint k = 0; k < node->n_outputs; k++) {
      g_string_append (s, k > 0 ? ", " : "");
      append_value (s, node->outputs[k]);
    }
    g_string_append_printf (s, " = %s (", node->op->name);
    for (guint k = 0; k < node->n_inputs; k++) {
      g_string_append (s, k > 0 ? ", " : "");
      append_value (s, node->inputs[k]);
    }
    g_string_append_printf (s, ")%s%s\n", node->name ? "  # " : "",
        node->name ? node->name : "");
  }
  for (guint i = 0; i < graph->outputs->len; i++) {
    SgGraphOutput *out = &g_array_index (graph->outputs, SgGraphOutput, i);

    g_string_append_printf (s, "output %s = ", out->name);
    append_value (s, out->value);
    g_string_append_c (s, '\n');
  }
  return g_string_free (s, FALSE);
}
