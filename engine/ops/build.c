/* gst-stylegan: writing graphs node by node
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/build.h"

#include "ops/concat.h"
#include "ops/pad.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/split.h"
#include "ops/transpose.h"

/* Shapes of the outputs of a node that a rule has made. */
static void
infer (SgBuild * b, SgNode * node)
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
  if (node->op->infer (&call, &b->error))
    for (guint i = 0; i < node->n_outputs; i++)
      node->outputs[i]->desc = outputs[i];
}

SgValue *const *
sg_build_nodes (SgBuild * b, const gchar * op, gconstpointer attrs,
    SgValue * const *inputs, guint n_inputs, guint n_outputs)
{
  SgValue *const *outputs;

  if (b->error)
    return NULL;
  outputs = sg_graph_add_node (b->graph, op, b->name, attrs, inputs,
      n_inputs, n_outputs, &b->error);
  if (outputs)
    infer (b, outputs[0]->producer);
  return b->error ? NULL : outputs;
}

SgValue *
sg_build_node (SgBuild * b, const gchar * op, gconstpointer attrs, guint n, ...)
{
  SgValue *inputs[8];
  SgValue *const *outputs;
  va_list args;

  g_return_val_if_fail (n <= G_N_ELEMENTS (inputs), NULL);
  va_start (args, n);
  for (guint i = 0; i < n; i++)
    inputs[i] = va_arg (args, SgValue *);
  va_end (args);
  outputs = sg_build_nodes (b, op, attrs, inputs, n, 1);
  return outputs ? outputs[0] : NULL;
}

SgValue *
sg_build_unary (SgBuild * b, const gchar * op, SgValue * x)
{
  return sg_build_node (b, op, NULL, 1, x);
}

SgValue *
sg_build_binary (SgBuild * b, const gchar * op, SgValue * x, SgValue * y)
{
  return sg_build_node (b, op, NULL, 2, x, y);
}

/* --- constants ------------------------------------------------------------ */

static SgValue *
add_constant (SgBuild * b, SgTensor * tensor)
{
  SgValue *value = sg_graph_add_constant (b->graph, NULL, tensor);

  sg_tensor_unref (tensor);
  return value;
}

/* @values[0] throughout with @fill. */
static SgValue *
new_floats (SgBuild * b, const gdouble * values, gboolean fill,
    const SgShape * shape)
{
  SgDType dtype = b->dtype;
  SgTensor *tensor;

  if (b->error)
    return NULL;
  tensor = sg_tensor_new (dtype, shape, &b->error);
  if (tensor == NULL)
    return NULL;
  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    sg_dtype_store (dtype, tensor->data, i, values[fill ? 0 : i]);
  return add_constant (b, tensor);
}

SgValue *
sg_build_floats (SgBuild * b, const gdouble * values, const SgShape * shape)
{
  return new_floats (b, values, FALSE, shape);
}

SgValue *
sg_build_filled (SgBuild * b, gdouble value, const SgShape * shape)
{
  return new_floats (b, &value, TRUE, shape);
}

SgValue *
sg_build_scalar (SgBuild * b, gdouble value)
{
  const SgShape scalar = { 0 };

  return new_floats (b, &value, TRUE, &scalar);
}

SgValue *
sg_build_ints (SgBuild * b, const gint64 * values, guint n)
{
  return b->error ? NULL : add_constant (b, sg_tensor_new_i64 (values, n));
}

/* --- shapes --------------------------------------------------------------- */

SgValue *
sg_build_scale (SgBuild * b, SgValue * a, gdouble factor)
{
  return factor == 1 ? a : sg_build_binary (b, "mul", a,
      sg_build_scalar (b, factor));
}

SgValue *
sg_build_reshape (SgBuild * b, SgValue * a, const SgShape * shape)
{
  const SgReshapeAttrs attrs = { TRUE };

  if (b->error || sg_shape_equal (&a->desc.shape, shape))
    return b->error ? NULL : a;
  return sg_build_node (b, "reshape", &attrs, 2, a,
      sg_build_ints (b, shape->dim, (guint) shape->rank));
}

SgValue *
sg_build_expand (SgBuild * b, SgValue * a, const SgShape * shape)
{
  return sg_build_node (b, "expand", NULL, 2, a,
      sg_build_ints (b, shape->dim, (guint) shape->rank));
}

SgValue *
sg_build_swap (SgBuild * b, SgValue * a, gint i, gint k)
{
  SgTransposeAttrs attrs = { 0 };

  if (b->error)
    return NULL;
  attrs.n_perm = a->desc.shape.rank;
  for (gint d = 0; d < attrs.n_perm; d++)
    attrs.perm[d] = d == i ? k : d == k ? i : d;
  return sg_build_node (b, "transpose", &attrs, 1, a);
}

SgValue *
sg_build_sum (SgBuild * b, SgValue * a, gint first, gint end)
{
  const SgReduceAttrs attrs = { .keepdims = TRUE };
  gint64 axes[SG_MAX_RANK];

  if (first >= end)
    return a;
  for (gint i = first; i < end; i++)
    axes[i - first] = i;
  return sg_build_node (b, "reduce_sum", &attrs, 2, a,
      sg_build_ints (b, axes, (guint) (end - first)));
}

SgValue *
sg_build_sum_to (SgBuild * b, SgValue * a, const SgShape * shape)
{
  gboolean broadcast[SG_MAX_RANK] = { FALSE, };
  gint rank, lead;

  if (b->error)
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
    a = sg_build_sum (b, a, first, end);
    end = first < end ? first : end - 1;
  }
  return sg_build_reshape (b, a, shape);
}

SgValue *
sg_build_pad (SgBuild * b, SgValue * a, const gint64 * begin,
    const gint64 * end)
{
  const SgPadAttrs attrs = { SG_PAD_CONSTANT };
  gint64 pads[2 * SG_MAX_RANK];
  gboolean any = FALSE;
  gint rank;

  if (b->error)
    return NULL;
  rank = a->desc.shape.rank;
  for (gint i = 0; i < rank; i++) {
    any |= begin[i] != 0 || end[i] != 0;
    pads[i] = begin[i];
    pads[rank + i] = end[i];
  }
  return !any ? a : sg_build_node (b, "pad", &attrs, 2, a,
      sg_build_ints (b, pads, (guint) (2 * rank)));
}


/* --- several values --------------------------------------------------------- */

gboolean
sg_build_split (SgBuild * b, SgValue * a, gint64 axis, const gint64 * sizes,
    guint n, SgValue ** parts)
{
  const SgSplitAttrs attrs = { .axis = axis };
  SgValue *inputs[] = { a, sg_build_ints (b, sizes, n) };
  SgValue *const *outputs = sg_build_nodes (b, "split", &attrs, inputs, 2, n);

  for (guint i = 0; i < n; i++)
    parts[i] = outputs ? outputs[i] : NULL;
  return outputs != NULL;
}

SgValue *
sg_build_concat (SgBuild * b, gint64 axis, SgValue * const *parts, guint n)
{
  const SgConcatAttrs attrs = { .axis = axis };
  SgValue *const *outputs = sg_build_nodes (b, "concat", &attrs, parts, n, 1);

  return outputs ? outputs[0] : NULL;
}

static SgValue *
reduce_all (SgBuild * b, const gchar * op, SgValue * a)
{
  const SgReduceAttrs attrs = { 0 };

  return sg_build_node (b, op, &attrs, 1, a);
}

SgValue *
sg_build_sum_all (SgBuild * b, SgValue * a)
{
  return reduce_all (b, "reduce_sum", a);
}

SgValue *
sg_build_mean_all (SgBuild * b, SgValue * a)
{
  return reduce_all (b, "reduce_mean", a);
}

SgValue *
sg_build_square (SgBuild * b, SgValue * a)
{
  return sg_build_binary (b, "mul", a, a);
}
