/* gst-stylegan: what the operators' gradient rules are written with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"

#include "ops/gate.h"
#include "ops/pad.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/transpose.h"

void
sg_gradient_fail (SgGradient * g, SgErrorCode code, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  if (g->error)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  sg_call_error (g->call, &g->error, code, "%s", text);
}

/* Shapes of the outputs of a node that a rule has made. */
static void
infer (SgGradient * g, SgNode * node)
{
  g_autofree SgTensorDesc *inputs = g_new0 (SgTensorDesc, node->n_inputs);
  g_autofree SgTensorDesc *outputs = g_new0 (SgTensorDesc, node->n_outputs);
  g_autofree SgTensor **constants = g_new0 (SgTensor *, node->n_inputs);
  SgCall call = { node->op, node->name, node->attrs, node->n_inputs,
    node->n_outputs, inputs, constants, outputs
  };

  for (guint i = 0; i < node->n_inputs; i++) {
    if (node->inputs[i]) {
      inputs[i] = node->inputs[i]->desc;
      constants[i] = node->inputs[i]->constant;
    }
  }
  if (node->op->infer (&call, &g->error))
    for (guint i = 0; i < node->n_outputs; i++)
      node->outputs[i]->desc = outputs[i];
}

SgValue *const *
sg_gradient_nodes (SgGradient * g, const gchar * op, gconstpointer attrs,
    SgValue * const *inputs, guint n_inputs, guint n_outputs)
{
  SgValue *const *outputs;

  if (g->error)
    return NULL;
  outputs = sg_graph_add_node (g->graph, op, g->node->name, attrs, inputs,
      n_inputs, n_outputs, &g->error);
  if (outputs)
    infer (g, outputs[0]->producer);
  return g->error ? NULL : outputs;
}

SgValue *
sg_gradient_node (SgGradient * g, const gchar * op, gconstpointer attrs,
    guint n, ...)
{
  SgValue *inputs[8];
  SgValue *const *outputs;
  va_list args;

  g_return_val_if_fail (n <= G_N_ELEMENTS (inputs), NULL);
  va_start (args, n);
  for (guint i = 0; i < n; i++)
    inputs[i] = va_arg (args, SgValue *);
  va_end (args);
  outputs = sg_gradient_nodes (g, op, attrs, inputs, n, 1);
  return outputs ? outputs[0] : NULL;
}

SgValue *
sg_gradient_unary (SgGradient * g, const gchar * op, SgValue * a)
{
  return sg_gradient_node (g, op, NULL, 1, a);
}

SgValue *
sg_gradient_binary (SgGradient * g, const gchar * op, SgValue * a, SgValue * b)
{
  return sg_gradient_node (g, op, NULL, 2, a, b);
}

/* --- constants ------------------------------------------------------------ */

static SgValue *
add_constant (SgGradient * g, SgTensor * tensor)
{
  SgValue *value = sg_graph_add_constant (g->graph, NULL, tensor);

  sg_tensor_unref (tensor);
  return value;
}

/* @values[0] throughout with @fill. */
static SgValue *
new_floats (SgGradient * g, const gdouble * values, gboolean fill,
    const SgShape * shape)
{
  SgDType dtype = g->call->outputs[0].dtype;
  SgTensor *tensor;

  if (g->error)
    return NULL;
  tensor = sg_tensor_new (dtype, shape, &g->error);
  if (tensor == NULL)
    return NULL;
  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    sg_dtype_store (dtype, tensor->data, i, values[fill ? 0 : i]);
  return add_constant (g, tensor);
}

SgValue *
sg_gradient_floats (SgGradient * g, const gdouble * values,
    const SgShape * shape)
{
  return new_floats (g, values, FALSE, shape);
}

SgValue *
sg_gradient_filled (SgGradient * g, gdouble value, const SgShape * shape)
{
  return new_floats (g, &value, TRUE, shape);
}

SgValue *
sg_gradient_scalar (SgGradient * g, gdouble value)
{
  const SgShape scalar = { 0 };

  return new_floats (g, &value, TRUE, &scalar);
}

SgValue *
sg_gradient_ints (SgGradient * g, const gint64 * values, guint n)
{
  return g->error ? NULL : add_constant (g, sg_tensor_new_i64 (values, n));
}

/* --- shapes --------------------------------------------------------------- */

SgValue *
sg_gradient_scale (SgGradient * g, SgValue * a, gdouble factor)
{
  return factor == 1 ? a : sg_gradient_binary (g, "mul", a,
      sg_gradient_scalar (g, factor));
}

SgValue *
sg_gradient_reshape (SgGradient * g, SgValue * a, const SgShape * shape)
{
  const SgReshapeAttrs attrs = { TRUE };

  if (g->error || sg_shape_equal (&a->desc.shape, shape))
    return g->error ? NULL : a;
  return sg_gradient_node (g, "reshape", &attrs, 2, a,
      sg_gradient_ints (g, shape->dim, (guint) shape->rank));
}

SgValue *
sg_gradient_expand (SgGradient * g, SgValue * a, const SgShape * shape)
{
  return sg_gradient_node (g, "expand", NULL, 2, a,
      sg_gradient_ints (g, shape->dim, (guint) shape->rank));
}

SgValue *
sg_gradient_swap (SgGradient * g, SgValue * a, gint i, gint k)
{
  SgTransposeAttrs attrs = { 0 };

  if (g->error)
    return NULL;
  attrs.n_perm = a->desc.shape.rank;
  for (gint d = 0; d < attrs.n_perm; d++)
    attrs.perm[d] = d == i ? k : d == k ? i : d;
  return sg_gradient_node (g, "transpose", &attrs, 1, a);
}

SgValue *
sg_gradient_sum (SgGradient * g, SgValue * a, gint first, gint end)
{
  const SgReduceAttrs attrs = { .keepdims = TRUE };
  gint64 axes[SG_MAX_RANK];

  if (first >= end)
    return a;
  for (gint i = first; i < end; i++)
    axes[i - first] = i;
  return sg_gradient_node (g, "reduce_sum", &attrs, 2, a,
      sg_gradient_ints (g, axes, (guint) (end - first)));
}

SgValue *
sg_gradient_sum_to (SgGradient * g, SgValue * a, const SgShape * shape)
{
  gboolean broadcast[SG_MAX_RANK] = { FALSE, };
  gint rank, lead;

  if (g->error)
    return NULL;
  rank = a->desc.shape.rank;
  lead = rank - shape->rank;
  for (gint i = 0; i < rank; i++)
    broadcast[i] = i < lead || (shape->dim[i - lead] == 1
        && a->desc.shape.dim[i] != 1);
  /* Neighbours together, the innermost first: what kernels are fast at. */
  for (gint end = rank; end > 0;) {
    gint first = end;

    while (first > 0 && broadcast[first - 1])
      first--;
    a = sg_gradient_sum (g, a, first, end);
    end = first < end ? first : end - 1;
  }
  return sg_gradient_reshape (g, a, shape);
}

SgValue *
sg_gradient_pad (SgGradient * g, SgValue * a, const gint64 * begin,
    const gint64 * end)
{
  const SgPadAttrs attrs = { SG_PAD_CONSTANT };
  gint64 pads[2 * SG_MAX_RANK];
  gboolean any = FALSE;
  gint rank;

  if (g->error)
    return NULL;
  rank = a->desc.shape.rank;
  for (gint i = 0; i < rank; i++) {
    any |= begin[i] != 0 || end[i] != 0;
    pads[i] = begin[i];
    pads[rank + i] = end[i];
  }
  return !any ? a : sg_gradient_node (g, "pad", &attrs, 2, a,
      sg_gradient_ints (g, pads, (guint) (2 * rank)));
}

const SgShape *
sg_gradient_input_shape (const SgGradient * g, guint index)
{
  return &g->call->inputs[index].shape;
}

gboolean
sg_gradient_wants (const SgGradient * g, guint index)
{
  return index < g->node->n_inputs && g->wanted[index];
}

/* --- rules ---------------------------------------------------------------- */

void
sg_gradient_reshaped (SgGradient * g)
{
  if (sg_gradient_wants (g, 0) && g->outputs[0])
    g->inputs[0] = sg_gradient_reshape (g, g->outputs[0],
        sg_gradient_input_shape (g, 0));
}

void
sg_gradient_gate (SgGradient * g, gdouble low, gdouble high, gdouble below,
    gdouble inside, gdouble above)
{
  const SgGateAttrs attrs = { (gfloat) low, (gfloat) high, (gfloat) below,
    (gfloat) inside, (gfloat) above
  };

  g->inputs[0] = sg_gradient_node (g, "gate", &attrs, 2, g->node->inputs[0],
      g->outputs[0]);
}
