/* gst-stylegan: reference for Gemm
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gemm.h"
#include "ref/dot.h"
#include "ref/walk.h"

/* y[i] = alpha * a * b + beta * c[ic], c being NULL where there is none. */
static void
store (const SgGemmAttrs * attrs, SgTensor * y, gint64 i, RefVector a,
    RefVector b, gint64 k, const SgTensor * c, gint64 ic)
{
  if (sg_dtype_is_float (y->desc.dtype)) {
    gdouble sum = attrs->alpha * ref_dot (a, b, k);

    if (c)
      sum += attrs->beta * sg_tensor_get (c, ic);
    sg_dtype_store (y->desc.dtype, y->data, i, sum);
  } else {
    guint64 sum = (guint64) (gint64) attrs->alpha * ref_dot_integer (a, b, k);

    if (c)
      sum += (guint64) (gint64) attrs->beta * ref_load_integer (c, ic);
    ref_store_integer (y, i, sum);
  }
}

gboolean
ref_gemm (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgGemmAttrs *attrs = call->attrs;
  const SgTensor *c = call->n_inputs > 2 ? inputs[2] : NULL;
  gint64 rows = outputs[0]->desc.shape.dim[0];
  gint64 columns = outputs[0]->desc.shape.dim[1];
  gint64 k = inputs[0]->desc.shape.dim[!attrs->trans_a];
  RefWalk walk = { .shape = outputs[0]->desc.shape };
  gint64 i = 0;

  if (c)
    ref_walk_broadcast (&walk, 0, &c->desc.shape);
  for (ref_walk_start (&walk); walk.left > 0; ref_walk_next (&walk), i++) {
    gint64 row = walk.index[0], column = walk.index[1];
    RefVector a = { inputs[0], row * k, 1 };
    RefVector b = { inputs[1], column, columns };

    if (attrs->trans_a) {
      a.start = row;
      a.stride = rows;
    }
    if (attrs->trans_b) {
      b.start = column * k;
      b.stride = 1;
    }
    store (attrs, outputs[0], i, a, b, k, c, walk.offset[0]);
  }
  return TRUE;
}
