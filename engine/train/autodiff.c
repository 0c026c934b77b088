/* gst-stylegan: gradients of a graph, as more of the graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/autodiff.h"

#include "ops/gradient.h"
#include "plan/plan.h"

typedef struct
{
  SgGraph *graph;
  GHashTable *depends;          /* values that depend on a wanted one */
  GHashTable *gradients;        /* value -> dloss / dvalue so far */
} Autodiff;

/* --- shapes --------------------------------------------------------------- */

static gboolean
check_inputs (SgGraph * graph, GError ** error)
{
  for (guint i = 0; i < graph->inputs->len; i++) {
    const SgValue *value = g_ptr_array_index (graph->inputs, i);

    if (sg_shape_elements (&value->desc.shape) < 0) {
      g_autofree gchar *shape = sg_shape_to_string (&value->desc.shape);

      g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
          "input '%s' of shape %s has no gradient; declare it with the sizes "
          "to train at", value->name ? value->name : "", shape);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
is_known (const SgNode * node)
{
  if (node->op->shape_only)
    return TRUE;
  for (guint i = 0; i < node->n_inputs; i++)
    if (node->inputs[i] && node->inputs[i]->constant == NULL)
      return FALSE;
  return TRUE;
}

/* As when a session is made, but that every value stays in the graph. */
static gboolean
infer (SgGraph * graph, GError ** error)
{
  for (guint i = 0; i < graph->nodes->len;) {
    SgNode *node = g_ptr_array_index (graph->nodes, i);

    if (!plan_infer_node (node, error))
      return FALSE;
    if (!is_known (node)) {
      i++;
      continue;
    }
    if (!plan_fold_node (node, error))
      return FALSE;
    for (guint k = 0; k < node->n_outputs; k++)
      node->outputs[k]->producer = NULL;
    g_ptr_array_remove_index (graph->nodes, i);
  }
  return TRUE;
}

/* --- one node ------------------------------------------------------------- */

static gboolean
wants_gradient (const Autodiff * d, const SgValue * value)
{
  return value && sg_dtype_is_float (value->desc.dtype)
      && g_hash_table_contains (d->depends, value);
}

static void
mark_dependent (const Autodiff * d)
{
  for (guint i = 0; i < d->graph->nodes->len; i++) {
    const SgNode *node = g_ptr_array_index (d->graph->nodes, i);
    gboolean depends = FALSE;

    for (guint k = 0; k < node->n_inputs; k++)
      depends |= wants_gradient (d, node->inputs[k]);
    for (guint k = 0; depends && k < node->n_outputs; k++)
      g_hash_table_add (d->depends, node->outputs[k]);
  }
}

/* A value used several times has the sum of what comes back from each use. */
static void
accumulate (const Autodiff * d, SgGradient * g, SgValue * value,
    SgValue * gradient)
{
  SgValue *before = g_hash_table_lookup (d->gradients, value);

  if (gradient == NULL || g->build.error)
    return;
  if (gradient->desc.dtype != value->desc.dtype
      || !sg_shape_equal (&gradient->desc.shape, &value->desc.shape)) {
    g_autofree gchar *got = sg_shape_to_string (&gradient->desc.shape);
    g_autofree gchar *want = sg_shape_to_string (&value->desc.shape);

    sg_gradient_fail (g, SG_ERROR_SHAPE,
        "its gradient is of shape %s instead of %s", got, want);
    return;
  }
  if (before)
    gradient = sg_gradient_binary (g, "add", before, gradient);
  g_hash_table_insert (d->gradients, value, gradient);
}

static void
run_rule (const Autodiff * d, SgGradient * g)
{
  const SgNode *node = g->node;

  if (node->op->gradient == NULL) {
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED,
        "the operator has no gradient; it cannot stand between the loss and "
        "what is trained");
    return;
  }
  node->op->gradient (g);
  for (guint i = 0; i < node->n_inputs; i++)
    if (g->wanted[i])
      accumulate (d, g, node->inputs[i], g->inputs[i]);
}

static gboolean
differentiate (const Autodiff * d, SgNode * node, GError ** error)
{
  g_autofree SgValue **outputs = g_new0 (SgValue *, MAX (node->n_outputs, 1));
  g_autofree SgValue **inputs = g_new0 (SgValue *, MAX (node->n_inputs, 1));
  g_autofree gboolean *wanted = g_new0 (gboolean, MAX (node->n_inputs, 1));
  gboolean any_output = FALSE, any_input = FALSE;
  SgGradient g = { {d->graph, node->name, node->outputs[0]->desc.dtype},
  node, NULL, outputs, wanted, inputs
  };
  PlanCall plan;

  for (guint i = 0; i < node->n_outputs; i++) {
    outputs[i] = g_hash_table_lookup (d->gradients, node->outputs[i]);
    any_output |= outputs[i] != NULL;
  }
  for (guint i = 0; i < node->n_inputs; i++) {
    wanted[i] = wants_gradient (d, node->inputs[i]);
    any_input |= wanted[i];
  }
  if (!any_output || !any_input)
    return TRUE;
  plan_call_init (&plan, node);
  g.call = &plan.call;
  run_rule (d, &g);
  plan_call_clear (&plan);
  if (g.build.error)
    g_propagate_error (error, g.build.error);
  return g.build.error == NULL;
}

/* --- the graph ------------------------------------------------------------ */

static gboolean
check_values (const SgValue * loss, SgValue * const *wanted, guint n,
    GError ** error)
{
  if (!sg_dtype_is_float (loss->desc.dtype)
      || sg_shape_elements (&loss->desc.shape) != 1) {
    g_autofree gchar *shape = sg_shape_to_string (&loss->desc.shape);

    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
        "the loss is %s%s, not one floating point number; reduce it first",
        sg_dtype_name (loss->desc.dtype), shape);
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    if (wanted[i]->desc.dtype != loss->desc.dtype) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "the gradient of a loss of %s is asked for value '%s' of %s",
          sg_dtype_name (loss->desc.dtype),
          wanted[i]->name ? wanted[i]->name : "",
          sg_dtype_name (wanted[i]->desc.dtype));
      return FALSE;
    }
  }
  return TRUE;
}

/* Returns: (transfer none), owned by the graph */
static SgValue *
add_filled (SgGraph * graph, const SgTensorDesc * desc, gdouble number,
    GError ** error)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new (desc->dtype, &desc->shape,
      error);

  for (gint64 i = 0; tensor && i < sg_tensor_elements (tensor); i++)
    sg_dtype_store (desc->dtype, tensor->data, i, number);
  return tensor ? sg_graph_add_constant (graph, NULL, tensor) : NULL;
}

static gboolean
go_back (const Autodiff * d, SgValue * loss, SgValue * const *wanted, guint n,
    SgValue ** gradients, GError ** error)
{
  SgValue *one = add_filled (d->graph, &loss->desc, 1, error);

  if (one == NULL)
    return FALSE;
  g_hash_table_insert (d->gradients, loss, one);
  for (guint i = 0; i < n; i++)
    g_hash_table_add (d->depends, wanted[i]);
  mark_dependent (d);
  for (guint i = d->graph->nodes->len; i-- > 0;)
    if (!differentiate (d, g_ptr_array_index (d->graph->nodes, i), error))
      return FALSE;
  for (guint i = 0; i < n; i++) {
    gradients[i] = g_hash_table_lookup (d->gradients, wanted[i]);
    if (gradients[i] == NULL)
      gradients[i] = add_filled (d->graph, &wanted[i]->desc, 0, error);
    if (gradients[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

gboolean
sg_autodiff (SgGraph * graph, SgValue * loss, SgValue * const *wanted,
    guint n, SgValue ** gradients, GError ** error)
{
  g_autoptr (GHashTable) depends = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  const Autodiff d = { graph, depends, known };
  guint n_nodes, n_values;

  if (!check_inputs (graph, error) || !infer (graph, error)
      || !check_values (loss, wanted, n, error))
    return FALSE;
  n_nodes = graph->nodes->len;
  n_values = graph->values->len;
  if (go_back (&d, loss, wanted, n, gradients, error))
    return TRUE;
  g_ptr_array_set_size (graph->nodes, (gint) n_nodes);
  g_ptr_array_set_size (graph->values, (gint) n_values);
  return FALSE;
}
