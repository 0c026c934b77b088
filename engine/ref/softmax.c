/* gst-stylegan: reference for Softmax
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/softmax.h"
#include "ref/access.h"

gboolean
ref_softmax (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgSoftmaxAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  gint axis = (gint) (a->axis < 0 ? a->axis + shape->rank : a->axis);
  gint64 step = a->flatten ? 1 : ref_inner (shape, axis + 1);
  gint64 n = ref_inner (shape, axis) / step;
  gint64 rows = sg_tensor_elements (inputs[0]) / n;

  for (gint64 r = 0; r < rows; r++) {
    gint64 first = r / step * step * n + r % step;
    gint64 end = first + n * step;
    gdouble max = sg_tensor_get (inputs[0], first), sum = 0;

    /* The largest is subtracted so that none overflows. */
    for (gint64 i = first; i < end; i += step)
      max = MAX (max, sg_tensor_get (inputs[0], i));
    for (gint64 i = first; i < end; i += step)
      sum += exp (sg_tensor_get (inputs[0], i) - max);
    for (gint64 i = first; i < end; i += step)
      ref_store (outputs[0], i, exp (sg_tensor_get (inputs[0], i) - max) / sum);
  }
  return TRUE;
}
