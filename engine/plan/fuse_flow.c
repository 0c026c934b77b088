/* gst-stylegan: fusions around motion
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/fuse.h"

#include <string.h>

#include "ops/flow.h"

#define MAX_INPUTS 8

/* Whether @node moves what it is given as input 1 itself, if it is let. */
static gboolean
can_move (const SgNode * node)
{
  return node->op->move > 0
      && sg_flow_get_move (node->op, node->attrs)->step == 0;
}

/* Whether nobody but such nodes sees @value: else it is computed in any case. */
static gboolean
is_only_moved (SgGraph * graph, SgValue * value)
{
  guint n = 0;

  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    n += node->n_inputs > 1 && node->inputs[1] == value && can_move (node);
  }
  return n == sg_graph_count_uses (graph, value);
}

/* op (.., warp (x), ..) */
gboolean
fuse_warp (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *warp = fuse_producer (node, 1, "warp");
  const guint flow = node->op->max_inputs - 1;
  g_autofree gpointer attrs = NULL;
  SgValue *inputs[MAX_INPUTS] = { NULL, };

  if (warp == NULL || !can_move (node)
      || !is_only_moved (fuse->graph, warp->outputs[0]))
    return FALSE;
  g_return_val_if_fail (flow < MAX_INPUTS, FALSE);
  memcpy (inputs, node->inputs, node->n_inputs * sizeof *inputs);
  if (inputs[flow] && inputs[flow] != warp->inputs[1])
    return FALSE;
  inputs[1] = warp->inputs[0];
  inputs[flow] = warp->inputs[1];
  attrs = g_memdup2 (node->attrs, node->op->attrs_size);
  memcpy ((guint8 *) attrs + node->op->move, warp->attrs, sizeof (SgWarpAttrs));
  return fuse_replace (fuse, pos, node->op->name, node->name, attrs, inputs,
      flow + 1, node->outputs, node->n_outputs);
}
