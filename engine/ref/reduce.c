/* gst-stylegan: reference for reductions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/reduce.h"

#include "ops/reduce.h"
#include "ref/integer.h"
#include "ref/walk.h"

/* Walks of tensor 0 over the axes of @x that stay and, from there, over those
 * that go. */
static void
split_axes (const SgShape * x, const gboolean * reduced, RefWalk * outer,
    RefWalk * inner)
{
  gint64 stride[SG_MAX_RANK];

  ref_strides (x, stride);
  for (gint i = 0; i < x->rank; i++) {
    RefWalk *walk = reduced[i] ? inner : outer;

    walk->stride[0][walk->shape.rank] = stride[i];
    walk->shape.dim[walk->shape.rank++] = x->dim[i];
  }
}

gboolean
ref_reduce (const RefReduce * operation, const SgCall * call, SgTensor * y,
    const SgTensor * x, GError ** error)
{
  SgDType dtype = x->desc.dtype;
  RefWalk outer = { {0,} }, inner = { {0,} };
  gboolean reduced[SG_MAX_RANK];
  gint64 i = 0, n;

  if (!sg_reduce_resolve (call, reduced, error))
    return FALSE;
  split_axes (&x->desc.shape, reduced, &outer, &inner);
  n = sg_shape_elements (&inner.shape);
  for (ref_walk_start (&outer); outer.left > 0; ref_walk_next (&outer), i++) {
    gdouble real = 0;
    guint64 integer = 0;

    inner.start[0] = outer.offset[0];
    for (ref_walk_start (&inner); inner.left > 0; ref_walk_next (&inner)) {
      if (sg_dtype_is_float (dtype))
        real += sg_tensor_get (x, inner.offset[0]);
      else
        integer += ref_load_integer (x, inner.offset[0]);
    }
    if (sg_dtype_is_float (dtype))
      sg_dtype_store (dtype, y->data, i, operation->real (real, n));
    else if (ref_is_unsigned (dtype))
      ref_store_integer (y, i, operation->natural (integer, (guint64) n));
    else
      ref_store_integer (y, i, operation->integer ((gint64) integer, n));
  }
  return TRUE;
}
