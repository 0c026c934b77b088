/* gst-stylegan: Transpose, dimensions permuted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/transpose.h"

#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

void
sg_transpose_resolve (const SgTransposeAttrs * attrs, gint rank,
    gint perm[SG_MAX_RANK])
{
  for (gint i = 0; i < rank; i++)
    perm[i] = attrs->n_perm > 0 ? (gint) attrs->perm[i] : rank - 1 - i;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTransposeAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  SgShape *y = &call->outputs[0].shape;
  gint perm[SG_MAX_RANK];
  gboolean seen[SG_MAX_RANK];

  if (attrs->n_perm > 0 && attrs->n_perm != x->rank)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "perm has %d entries for a tensor of rank %d", attrs->n_perm, x->rank);
  if (!sg_call_axes (call, attrs->perm, attrs->n_perm, x->rank, seen, error))
    return FALSE;
  for (gint i = 0; i < attrs->n_perm; i++)
    if (attrs->perm[i] < 0)
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "perm has a negative entry");
  sg_transpose_resolve (attrs, x->rank, perm);
  call->outputs[0].dtype = call->inputs[0].dtype;
  y->rank = x->rank;
  for (gint i = 0; i < x->rank; i++)
    y->dim[i] = x->dim[perm[i]];
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgTransposeAttrs *a = attrs;
  guint n;

  if (!sg_import_ints (import, "perm", a->perm, SG_MAX_RANK, &n, error))
    return FALSE;
  a->n_perm = n;
  return TRUE;
}

/* The inverse permutation. */
static void
gradient (SgGradient * g)
{
  SgTransposeAttrs inverse = { 0 };
  gint perm[SG_MAX_RANK];

  inverse.n_perm = sg_gradient_input_shape (g, 0)->rank;
  sg_transpose_resolve (g->node->attrs, inverse.n_perm, perm);
  for (gint i = 0; i < inverse.n_perm; i++)
    inverse.perm[perm[i]] = i;
  g->inputs[0] = sg_gradient_node (g, "transpose", &inverse, 1, g->outputs[0]);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgTransposeAttrs *a = attrs;

  if (a->n_perm > 0)
    sg_export_set_ints (export, "perm", a->perm, (guint) a->n_perm);
  return TRUE;
}

static const SgOnnxName names[] = { {"Transpose", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (transpose, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgTransposeAttrs), .infer = infer,
    .flops = sg_flops_none, .gradient = gradient);
