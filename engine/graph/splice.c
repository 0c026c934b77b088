/* gst-stylegan: one graph inside another
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/splice.h"

/* @value's stand-in in @dst, made if it has none yet. */
static SgValue *
map_value (GHashTable * map, SgGraph * dst, SgValue * value)
{
  SgValue *twin;

  if (value == NULL)
    return NULL;
  twin = g_hash_table_lookup (map, value);
  if (twin == NULL) {
    twin = value->constant ?
        sg_graph_add_constant (dst, value->name, value->constant)
        : sg_graph_new_value (dst, value->name);
    g_hash_table_insert (map, value, twin);
  }
  return twin;
}

static void
append_node (GHashTable * map, SgGraph * dst, const SgNode * node)
{
  g_autofree SgValue **inputs = g_new0 (SgValue *, MAX (node->n_inputs, 1));
  SgNode *twin;

  for (guint i = 0; i < node->n_inputs; i++)
    inputs[i] = map_value (map, dst, node->inputs[i]);
  twin = sg_graph_new_node (dst, node->op, node->name, node->attrs, inputs,
      node->n_inputs, node->n_outputs);
  g_ptr_array_add (dst->nodes, twin);
  for (guint i = 0; i < node->n_outputs; i++) {
    twin->outputs[i]->name = g_strdup (node->outputs[i]->name);
    g_hash_table_insert (map, node->outputs[i], twin->outputs[i]);
  }
}

void
sg_graph_append_graph (SgGraph * dst, SgGraph * src, SgValue * const *inputs,
    SgValue ** outputs)
{
  g_autoptr (GHashTable) map = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < src->inputs->len; i++)
    g_hash_table_insert (map, g_ptr_array_index (src->inputs, i), inputs[i]);
  for (guint i = 0; i < src->nodes->len; i++)
    append_node (map, dst, g_ptr_array_index (src->nodes, i));
  for (guint i = 0; i < src->outputs->len; i++)
    outputs[i] = map_value (map, dst,
        g_array_index (src->outputs, SgGraphOutput, i).value);
}
