/* gst-stylegan: reference for Shape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shape.h"
#include "ref/ref.h"

/* The input's data may be NULL: when shapes are known, this is folded. */
gboolean
ref_shape (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgShape *x = &inputs[0]->desc.shape;
  gint64 *y = outputs[0]->data;
  gint start, n;

  sg_shape_op_range (call->attrs, x->rank, &start, &n);
  for (gint i = 0; i < n; i++)
    y[i] = x->dim[start + i];
  return TRUE;
}
