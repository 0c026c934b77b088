/* gst-stylegan: transposed matrices around their products
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Above all what Gram matrices and their gradients are written as. */
#include "ops/transpose.h"
#include "plan/fuse.h"

/* transpose (transpose (x)) that is x */
gboolean
fuse_transpose_twice (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *first = fuse_producer (node, 0, "transpose");
  gint inner[SG_MAX_RANK], outer[SG_MAX_RANK], rank;

  if (!fuse_is (node, "transpose") || first == NULL)
    return FALSE;
  rank = node->outputs[0]->desc.shape.rank;
  sg_transpose_resolve (first->attrs, rank, inner);
  sg_transpose_resolve (node->attrs, rank, outer);
  for (gint i = 0; i < rank; i++)
    if (inner[outer[i]] != i)
      return FALSE;
  sg_graph_replace_value (fuse->graph, node->outputs[0], first->inputs[0]);
  sg_graph_remove_unused (fuse->graph);
  return TRUE;
}

/* The last two dimensions are exchanged, and nothing else. */
static gboolean
swaps_matrix (SgNode * node)
{
  gint perm[SG_MAX_RANK], rank;

  if (!fuse_is (node, "transpose"))
    return FALSE;
  rank = node->outputs[0]->desc.shape.rank;
  sg_transpose_resolve (node->attrs, rank, perm);
  for (gint i = 0; i < rank - 2; i++)
    if (perm[i] != i)
      return FALSE;
  return rank >= 2 && perm[rank - 1] == rank - 2;
}

/* transpose (matmul (transpose (a), b)) -> matmul (transpose (b), a), if b is the
 * smaller one to transpose */
gboolean
fuse_transpose_matmul (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *product = fuse_producer (node, 0, "matmul"), *first, *swap;
  SgValue *inputs[2];

  if (product == NULL || !swaps_matrix (node)
      || !fuse_only_use (fuse, product->outputs[0]))
    return FALSE;
  first = product->inputs[0]->producer;
  if (!swaps_matrix (first) || product->inputs[1]->desc.shape.rank
      != node->outputs[0]->desc.shape.rank
      || sg_shape_elements (&product->inputs[1]->desc.shape)
      >= sg_shape_elements (&node->outputs[0]->desc.shape))
    return FALSE;
  swap = sg_graph_new_node (fuse->graph, node->op, node->name, node->attrs,
      &product->inputs[1], 1, 1);
  if (!plan_infer_node (swap, NULL)) {
    swap->outputs[0]->producer = NULL;
    sg_node_free (swap);
    return FALSE;
  }
  g_ptr_array_insert (fuse->graph->nodes, pos, swap);
  inputs[0] = swap->outputs[0];
  inputs[1] = first->inputs[0];
  if (fuse_replace (fuse, pos + 1, "matmul", product->name, NULL, inputs, 2,
          node->outputs, 1))
    return TRUE;
  sg_graph_remove_unused (fuse->graph);
  return FALSE;
}

/* add (matmul (a, x), matmul (b, x)) -> matmul (add (a, b), x), where that is less to
 * add */
gboolean
fuse_matmul_sum (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *a = fuse_producer (node, 0, "matmul");
  SgNode *b = fuse_producer (node, 1, "matmul"), *sum;
  SgValue *inputs[2];

  if (!fuse_is (node, "add") || a == NULL || b == NULL || a == b
      || a->inputs[1] != b->inputs[1]
      || !fuse_only_use (fuse, a->outputs[0])
      || !fuse_only_use (fuse, b->outputs[0])
      || !sg_shape_equal (&a->inputs[0]->desc.shape, &b->inputs[0]->desc.shape)
      || sg_shape_elements (&a->inputs[0]->desc.shape)
      > sg_shape_elements (&node->outputs[0]->desc.shape))
    return FALSE;
  inputs[0] = a->inputs[0];
  inputs[1] = b->inputs[0];
  sum = sg_graph_new_node (fuse->graph, node->op, node->name, NULL, inputs, 2,
      1);
  if (!plan_infer_node (sum, NULL)) {
    sum->outputs[0]->producer = NULL;
    sg_node_free (sum);
    return FALSE;
  }
  g_ptr_array_insert (fuse->graph->nodes, pos, sum);
  inputs[0] = sum->outputs[0];
  inputs[1] = a->inputs[1];
  if (fuse_replace (fuse, pos + 1, "matmul", a->name, NULL, inputs, 2,
          node->outputs, 1))
    return TRUE;
  sg_graph_remove_unused (fuse->graph);
  return FALSE;
}

/* matmul (a, transpose (b)) -> matmul_transposed (a, b) */
gboolean
fuse_matmul_transposed (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *second = fuse_producer (node, 1, "transpose");
  SgValue *inputs[2];

  if (!fuse_is (node, "matmul") || !swaps_matrix (second))
    return FALSE;
  inputs[0] = node->inputs[0];
  inputs[1] = second->inputs[0];
  return fuse_replace (fuse, pos, "matmul_transposed", node->name, NULL,
      inputs, 2, node->outputs, 1);
}
