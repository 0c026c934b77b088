/* gst-stylegan: what a graph consists of and costs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/plan.h"

/* The name that ONNX has for it now, or had last. */
static const gchar *
name_of (const SgOp * op)
{
  const SgOnnxName *row = op->onnx;

  while (row && row->name && row->until != 0)
    row++;
  return row && row->name ? row->name : op->onnx ? op->onnx->name : op->name;
}

static SgOpCount *
find_row (GArray * rows, const SgOp * op)
{
  SgOpCount row = { name_of (op), 0, 0 };

  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (g_array_index (rows, SgOpCount, i).op, row.op))
      return &g_array_index (rows, SgOpCount, i);
  g_array_append_val (rows, row);
  return &g_array_index (rows, SgOpCount, rows->len - 1);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const SgOpCount *x = a, *y = b;

  if (x->flops != y->flops)
    return x->flops > y->flops ? -1 : 1;
  return x->n_nodes != y->n_nodes ? (x->n_nodes > y->n_nodes ? -1 : 1)
      : g_strcmp0 (x->op, y->op);
}

gdouble
plan_flops (const SgCall * call)
{
  return call->op->flops ? call->op->flops (call)
      : (gdouble) sg_shape_elements (&call->outputs[0].shape);
}

static guint64
count_parameters (SgGraph * graph)
{
  guint64 n = 0;

  for (guint i = 0; i < graph->values->len; i++) {
    const SgValue *value = g_ptr_array_index (graph->values, i);

    if (value->constant && sg_dtype_is_float (value->constant->desc.dtype))
      n += (guint64) sg_tensor_elements (value->constant);
  }
  return n;
}

GArray *
sg_session_count (SgGraph * graph, const SgTensorDesc * inputs, guint n_inputs,
    guint64 * n_parameters, GError ** error)
{
  g_autoptr (SgGraph) copy = sg_graph_copy (graph);
  GArray *rows;

  if (!plan_infer (copy, inputs, n_inputs, error))
    return NULL;
  rows = g_array_new (FALSE, TRUE, sizeof (SgOpCount));
  for (guint i = 0; i < graph->nodes->len; i++)
    find_row (rows, ((SgNode *) g_ptr_array_index (graph->nodes,
                i))->op)->n_nodes++;
  /* What depends on nothing but constants is gone by now, and costs nothing. */
  for (guint i = 0; i < copy->nodes->len; i++) {
    SgNode *node = g_ptr_array_index (copy->nodes, i);
    PlanCall plan;

    plan_call_init (&plan, node);
    find_row (rows, node->op)->flops += plan_flops (&plan.call);
    plan_call_clear (&plan);
  }
  g_array_sort (rows, compare);
  if (n_parameters)
    *n_parameters = count_parameters (graph);
  return rows;
}
