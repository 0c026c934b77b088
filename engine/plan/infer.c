/* gst-stylegan: types and shapes for concrete input sizes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/plan.h"

#include <string.h>

void
plan_call_init (PlanCall * call, SgNode * node)
{
  guint n_in = node->n_inputs, n_out = node->n_outputs;

  call->inputs = g_new0 (SgTensorDesc, MAX (n_in, 1));
  call->outputs = g_new0 (SgTensorDesc, MAX (n_out, 1));
  call->constants = g_new0 (SgTensor *, MAX (n_in, 1));
  for (guint i = 0; i < n_in; i++) {
    if (node->inputs[i]) {
      call->inputs[i] = node->inputs[i]->desc;
      call->constants[i] = node->inputs[i]->constant;
    }
  }
  for (guint i = 0; i < n_out; i++)
    call->outputs[i] = node->outputs[i]->desc;
  call->call.op = node->op;
  call->call.name = node->name;
  call->call.attrs = node->attrs;
  call->call.n_inputs = n_in;
  call->call.n_outputs = n_out;
  call->call.inputs = call->inputs;
  call->call.constants = call->constants;
  call->call.outputs = call->outputs;
}

void
plan_call_clear (PlanCall * call)
{
  g_free (call->inputs);
  g_free (call->outputs);
  g_free (call->constants);
}

static gboolean
check_outputs (const SgCall * call, GError ** error)
{
  for (guint i = 0; i < call->n_outputs; i++) {
    if (call->outputs[i].dtype != SG_DTYPE_NONE
        && sg_tensor_desc_bytes (&call->outputs[i]) > G_MAXSIZE / 2) {
      g_autofree gchar *s = sg_shape_to_string (&call->outputs[i].shape);

      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "its output would have the shape %s", s);
    }
  }
  return TRUE;
}

gboolean
plan_infer_node (SgNode * node, GError ** error)
{
  PlanCall plan;
  gboolean ok = TRUE;

  plan_call_init (&plan, node);
  for (guint i = 0; i < node->op->min_inputs && ok; i++)
    if (!sg_call_has_input (&plan.call, i))
      ok = sg_call_error (&plan.call, error, SG_ERROR_INVALID_MODEL,
          "input %u is missing", i);
  ok = ok && node->op->infer (&plan.call, error)
      && check_outputs (&plan.call, error);
  for (guint i = 0; ok && i < node->n_outputs; i++)
    node->outputs[i]->desc = plan.outputs[i];
  plan_call_clear (&plan);
  return ok;
}

static gboolean
all_constant (SgNode * node)
{
  for (guint i = 0; i < node->n_inputs; i++)
    if (node->inputs[i] && node->inputs[i]->constant == NULL)
      return FALSE;
  return TRUE;
}

/* Takes over concrete sizes, where the graph's declaration allows them. Sizes
 * declared as fixed may be overridden: many files fix the size that the model
 * was exported at although it runs at any. Rank and type may not. */
static gboolean
set_inputs (SgGraph * graph, const SgTensorDesc * inputs, guint n_inputs,
    GError ** error)
{
  if (n_inputs != graph->inputs->len) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "the model has %u inputs, %u were given", graph->inputs->len, n_inputs);
    return FALSE;
  }
  for (guint i = 0; i < n_inputs; i++) {
    SgValue *value = g_ptr_array_index (graph->inputs, i);

    if (inputs[i].dtype != value->desc.dtype
        || sg_shape_elements (&inputs[i].shape) < 0
        || (value->desc.shape.rank >= 0
            && inputs[i].shape.rank != value->desc.shape.rank)) {
      g_autofree gchar *want = sg_shape_to_string (&value->desc.shape);
      g_autofree gchar *got = sg_shape_to_string (&inputs[i].shape);

      g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
          "input '%s' takes %s%s, not %s%s", value->name ? value->name : "",
          sg_dtype_name (value->desc.dtype), want,
          sg_dtype_name (inputs[i].dtype), got);
      return FALSE;
    }
    value->desc = inputs[i];
  }
  return TRUE;
}

gboolean
plan_infer (SgGraph * graph, const SgTensorDesc * inputs, guint n_inputs,
    GError ** error)
{
  if (!set_inputs (graph, inputs, n_inputs, error))
    return FALSE;
  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    if (!plan_infer_node (node, error))
      return FALSE;
    if ((all_constant (node) || node->op->shape_only)
        && !plan_fold_node (node, error))
      return FALSE;
  }
  /* Folded nodes would be computed again. */
  for (guint i = graph->nodes->len; i-- > 0;) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    if (node->n_outputs > 0 && node->outputs[0]->constant) {
      for (guint k = 0; k < node->n_outputs; k++)
        node->outputs[k]->producer = NULL;
      g_ptr_array_remove_index (graph->nodes, i);
    }
  }
  sg_graph_remove_unused (graph);
  return TRUE;
}

static gboolean
is_half (SgDType dtype)
{
  return dtype == SG_DTYPE_F16 || dtype == SG_DTYPE_BF16;
}

gboolean
plan_promote (SgGraph * graph, GError ** error)
{
  for (guint i = 0; i < graph->values->len; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);
    SgTensor *wide;

    if (!is_half (value->desc.dtype))
      continue;
    value->desc.dtype = SG_DTYPE_F32;
    if (value->constant == NULL)
      continue;
    wide = sg_tensor_new (SG_DTYPE_F32, &value->constant->desc.shape, error);
    if (wide == NULL)
      return FALSE;
    for (gint64 k = 0; k < sg_tensor_elements (wide); k++)
      ((gfloat *) wide->data)[k] = sg_tensor_get (value->constant, k);
    sg_tensor_unref (value->constant);
    value->constant = wide;
  }
  for (guint i = 0; i < graph->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    if (node->op->promote)
      node->op->promote (node->attrs);
  }
  return TRUE;
}
