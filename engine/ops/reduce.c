/* gst-stylegan: what the reductions' descriptors share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/reduce.h"

#include "ops/gradient.h"
#include "ops/ops.h"

gboolean
sg_reduce_resolve (const SgCall * call, gboolean reduced[SG_MAX_RANK],
    GError ** error)
{
  const SgReduceAttrs *attrs = call->attrs;
  gint rank = call->inputs[0].shape.rank;
  gint64 axes[SG_MAX_RANK];
  guint n = 0;

  if (sg_call_has_input (call, 1)
      && !sg_call_get_ints (call, 1, axes, SG_MAX_RANK, &n, error))
    return FALSE;
  if (!sg_call_axes (call, axes, n, rank, reduced, error))
    return FALSE;
  for (gint i = 0; i < rank && n == 0; i++)
    reduced[i] = !attrs->noop_with_empty_axes;
  return TRUE;
}

gboolean
sg_reduce_infer (SgCall * call, GError ** error)
{
  const SgReduceAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  SgShape *y = &call->outputs[0].shape;
  gboolean reduced[SG_MAX_RANK];

  if (!sg_infer_same_numeric (call, error)
      || !sg_reduce_resolve (call, reduced, error))
    return FALSE;
  y->rank = 0;
  for (gint i = 0; i < x->rank; i++) {
    if (!reduced[i])
      y->dim[y->rank++] = x->dim[i];
    else if (attrs->keepdims)
      y->dim[y->rank++] = 1;
  }
  return TRUE;
}

gdouble
sg_reduce_flops (const SgCall * call)
{
  return (gdouble) sg_shape_elements (&call->inputs[0].shape);
}

void
sg_reduce_gradient (SgGradient * g)
{
  const SgShape *x = sg_gradient_input_shape (g, 0);
  gboolean reduced[SG_MAX_RANK];
  SgShape kept = *x;

  if (!sg_reduce_resolve (g->call, reduced, &g->build.error))
    return;
  for (gint i = 0; i < x->rank; i++)
    if (reduced[i])
      kept.dim[i] = 1;
  g->inputs[0] = sg_gradient_expand (g, sg_gradient_reshape (g, g->outputs[0],
          &kept), x);
}

gboolean
sg_reduce_parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgReduceAttrs *a = attrs;

  a->keepdims = sg_import_int (import, "keepdims", 1) != 0;
  a->noop_with_empty_axes =
      sg_import_int (import, "noop_with_empty_axes", 0) != 0;
  return TRUE;
}

gboolean
sg_reduce_parse_attribute (SgImport * import, gpointer attrs, GError ** error)
{
  sg_import_ints_to_input (import, "axes", 1);
  return sg_reduce_parse (import, attrs, error);
}

gboolean
sg_reduce_write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgReduceAttrs *a = attrs;

  sg_export_set_int (export, "keepdims", a->keepdims);
  if (a->noop_with_empty_axes)
    sg_export_set_int (export, "noop_with_empty_axes", 1);
  return TRUE;
}

gboolean
sg_reduce_write_attribute (SgExport * export, gconstpointer attrs,
    GError ** error)
{
  const SgReduceAttrs *a = attrs;

  if (a->noop_with_empty_axes)
    return sg_export_needs (export, 18, "noop_with_empty_axes", error);
  return sg_reduce_write (export, attrs, error)
      && sg_export_input_to_ints (export, 1, "axes", error);
}
