/* gst-stylegan: fusing operators into their neighbours
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/fuse.h"

/* The fusions, in rounds: a round's rules are applied until none of them finds
 * anything more. Rewriting what something is comes before moving it into a
 * neighbour; consumers take from producers before producers take from
 * consumers. */
static const FuseRule rounds[][8] = {
  {fuse_split_instance_norm, fuse_to_scale_shift, fuse_transpose_twice,
      fuse_transpose_matmul, fuse_matmul_sum, fuse_warp},
  {fuse_matmul_transposed, fuse_conv_transpose_crop, fuse_merge_scale_shift,
      fuse_conv_weights},
  {fuse_conv_pad, fuse_conv_grad_pad, fuse_conv_upsample},
  {fuse_scale_shift_activation, fuse_conv_activation},
  {fuse_scale_shift_residual, fuse_conv_residual},
  {fuse_conv_prologue, fuse_conv_input_activation},
  {fuse_conv_activation},
  {fuse_conv_moments, fuse_conv_shuffle},
};

gboolean
fuse_is (SgNode * node, const gchar * op)
{
  return node && g_str_equal (node->op->name, op);
}

SgNode *
fuse_producer (SgNode * node, guint index, const gchar * op)
{
  SgNode *producer = NULL;

  if (index < node->n_inputs && node->inputs[index])
    producer = node->inputs[index]->producer;
  return fuse_is (producer, op) ? producer : NULL;
}

gboolean
fuse_only_use (Fuse * fuse, SgValue * value)
{
  return sg_graph_count_uses (fuse->graph, value) == 1;
}

gboolean
fuse_replace (Fuse * fuse, guint pos, const gchar * op, const gchar * name,
    gconstpointer attrs, SgValue * const *inputs, guint n_inputs,
    SgValue * const *old, guint n_outputs)
{
  SgNode *node = sg_graph_new_node (fuse->graph, sg_op_find (op), name, attrs,
      inputs, n_inputs, n_outputs);
  gboolean ok = plan_infer_node (node, NULL);
  PlanCall plan;

  plan_call_init (&plan, node);
  ok = ok && sg_device_supports (fuse->device, &plan.call);
  plan_call_clear (&plan);
  for (guint i = 0; i < n_outputs && ok; i++)
    ok = sg_shape_equal (&node->outputs[i]->desc.shape, &old[i]->desc.shape)
        && node->outputs[i]->desc.dtype == old[i]->desc.dtype;
  if (!ok) {
    for (guint i = 0; i < n_outputs; i++)
      node->outputs[i]->producer = NULL;
    sg_node_free (node);
    return FALSE;
  }
  g_ptr_array_insert (fuse->graph->nodes, pos, node);
  for (guint i = 0; i < n_outputs; i++)
    sg_graph_replace_value (fuse->graph, old[i], node->outputs[i]);
  sg_graph_remove_unused (fuse->graph);
  return TRUE;
}

static gboolean
apply_once (Fuse * fuse, const FuseRule * rules)
{
  for (guint pos = 0; pos < fuse->graph->nodes->len; pos++)
    for (guint r = 0; r < G_N_ELEMENTS (rounds[0]) && rules[r]; r++)
      if (rules[r] (fuse, g_ptr_array_index (fuse->graph->nodes, pos), pos))
        return TRUE;
  return FALSE;
}

void
plan_fuse (SgGraph * graph, SgDevice * device)
{
  Fuse fuse = { graph, device };

  for (guint i = 0; i < G_N_ELEMENTS (rounds); i++)
    while (apply_once (&fuse, rounds[i]));
}

void
plan_remove_copies (SgGraph * graph)
{
  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);
    SgValue *in = node->n_inputs > 0 ? node->inputs[0] : NULL;
    SgValue *out = node->outputs[0];

    if (!node->op->is_copy || in == NULL || in->desc.dtype != out->desc.dtype
        || !sg_shape_equal (&in->desc.shape, &out->desc.shape))
      continue;
    if (node->n_outputs > 1 && sg_graph_count_uses (graph, node->outputs[1]))
      continue;
    sg_graph_replace_value (graph, out, in);
  }
  sg_graph_remove_unused (graph);
}
