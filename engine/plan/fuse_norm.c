/* gst-stylegan: fusions around normalisation
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/fuse.h"

#include <string.h>

/* instance_norm -> moments, norm_coefficients, scale_shift */
gboolean
fuse_split_instance_norm (Fuse * fuse, SgNode * node, guint pos)
{
  SgGraph *graph = fuse->graph;
  SgNormCoefficientsAttrs coefficients = { 0 };
  SgValue *x, *inputs[3], *old;
  SgNode *moments, *norm;

  if (!fuse_is (node, "instance_norm"))
    return FALSE;
  x = node->inputs[0];
  old = node->outputs[0];
  coefficients.epsilon = ((SgInstanceNormAttrs *) node->attrs)->epsilon;
  moments = sg_graph_new_node (graph, sg_op_find ("moments"), node->name,
      NULL, &x, 1, 1);
  inputs[0] = moments->outputs[0];
  inputs[1] = node->inputs[1];
  inputs[2] = node->inputs[2];
  norm = sg_graph_new_node (graph, sg_op_find ("norm_coefficients"),
      node->name, &coefficients, inputs, 3, 1);
  if (!plan_infer_node (moments, NULL) || !plan_infer_node (norm, NULL)) {
    moments->outputs[0]->producer = norm->outputs[0]->producer = NULL;
    sg_node_free (moments);
    sg_node_free (norm);
    return FALSE;
  }
  g_ptr_array_insert (graph->nodes, pos, moments);
  g_ptr_array_insert (graph->nodes, pos + 1, norm);
  inputs[0] = x;
  inputs[1] = norm->outputs[0];
  if (fuse_replace (fuse, pos + 2, "scale_shift", node->name, NULL, inputs, 2,
          &old, 1))
    return TRUE;
  /* No kernel for the last half: the first goes again. */
  sg_graph_remove_unused (graph);
  return FALSE;
}

static SgValue *
add_coefficients (Fuse * fuse, const gfloat * scale, const gfloat * shift,
    gint64 n)
{
  SgShape shape = SG_SHAPE (1, 2, n);
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);

  if (tensor == NULL)
    return NULL;
  memcpy (tensor->data, scale, n * sizeof (gfloat));
  memcpy ((gfloat *) tensor->data + n, shift, n * sizeof (gfloat));
  return sg_graph_add_constant (fuse->graph, NULL, tensor);
}

/* What multiplies and adds constants per channel (batch_norm, mul, add, ...)
 * -> scale_shift with constant coefficients */
gboolean
fuse_to_scale_shift (Fuse * fuse, SgNode * node, guint pos)
{
  const SgTensorDesc *desc = &node->outputs[0]->desc;
  g_autofree gfloat *scale = NULL, *shift = NULL;
  SgValue *inputs[2], *old = node->outputs[0];
  PlanCall plan;
  gboolean ok;
  gint64 n;
  guint x;

  if (node->op->as_scale_shift == NULL || desc->dtype != SG_DTYPE_F32
      || desc->shape.rank < 3 || node->n_outputs != 1)
    return FALSE;
  n = desc->shape.dim[1];
  if (n < 1 || n > 65536)
    return FALSE;
  scale = g_new (gfloat, n);
  shift = g_new (gfloat, n);
  plan_call_init (&plan, node);
  ok = node->op->as_scale_shift (&plan.call, &x, scale, shift);
  plan_call_clear (&plan);
  if (!ok || !sg_shape_equal (&node->inputs[x]->desc.shape, &desc->shape))
    return FALSE;
  inputs[0] = node->inputs[x];
  inputs[1] = add_coefficients (fuse, scale, shift, n);
  return inputs[1] && fuse_replace (fuse, pos, "scale_shift", node->name,
      NULL, inputs, 2, &old, 1);
}

static gboolean
is_plain (SgNode * scale_shift)
{
  const SgScaleShiftAttrs *attrs = scale_shift->attrs;

  return scale_shift->n_inputs == 2
      && attrs->activation.kind == SG_ACTIVATION_NONE;
}

/* scale_shift (constant) of scale_shift (constant) -> one */
gboolean
fuse_merge_scale_shift (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *first = fuse_producer (node, 0, "scale_shift");
  g_autofree gfloat *scale = NULL, *shift = NULL;
  const gfloat *a, *b;
  SgValue *inputs[2];
  gint64 n;

  if (!fuse_is (node, "scale_shift") || first == NULL || !is_plain (first)
      || !first->inputs[1]->constant || !node->inputs[1]->constant
      || first->inputs[1]->desc.shape.dim[0] != 1
      || node->inputs[1]->desc.shape.dim[0] != 1
      || !fuse_only_use (fuse, first->outputs[0]))
    return FALSE;
  n = node->outputs[0]->desc.shape.dim[1];
  a = first->inputs[1]->constant->data;
  b = node->inputs[1]->constant->data;
  scale = g_new (gfloat, n);
  shift = g_new (gfloat, n);
  for (gint64 i = 0; i < n; i++) {
    scale[i] = a[i] * b[i];
    shift[i] = a[n + i] * b[i] + b[n + i];
  }
  inputs[0] = first->inputs[0];
  inputs[1] = add_coefficients (fuse, scale, shift, n);
  return inputs[1] && node->n_inputs == 2
      && fuse_replace (fuse, pos, "scale_shift", node->name, node->attrs,
      inputs, 2, node->outputs, 1);
}

/* activation (scale_shift (x)) */
gboolean
fuse_scale_shift_activation (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *first = fuse_producer (node, 0, "scale_shift");
  SgScaleShiftAttrs attrs = { 0 };
  PlanCall plan;
  gboolean ok;

  if (node->op->as_activation == NULL || first == NULL || !is_plain (first)
      || !fuse_only_use (fuse, first->outputs[0]))
    return FALSE;
  plan_call_init (&plan, node);
  ok = node->op->as_activation (&plan.call, &attrs.activation);
  plan_call_clear (&plan);
  return ok && fuse_replace (fuse, pos, "scale_shift", first->name, &attrs,
      first->inputs, 2, node->outputs, 1);
}

/* add (scale_shift (x), residual), in either order */
gboolean
fuse_scale_shift_residual (Fuse * fuse, SgNode * node, guint pos)
{
  if (!fuse_is (node, "add"))
    return FALSE;
  for (guint side = 0; side < 2; side++) {
    SgNode *first = fuse_producer (node, side, "scale_shift");
    SgValue *residual = node->inputs[1 - side];
    SgValue *inputs[3];

    if (first == NULL || first->n_inputs != 2 || residual->constant
        || !fuse_only_use (fuse, first->outputs[0])
        || !sg_shape_equal (&residual->desc.shape,
            &first->outputs[0]->desc.shape))
      continue;
    inputs[0] = first->inputs[0];
    inputs[1] = first->inputs[1];
    inputs[2] = residual;
    if (fuse_replace (fuse, pos, "scale_shift", first->name, first->attrs,
            inputs, 3, node->outputs, 1))
      return TRUE;
  }
  return FALSE;
}
