/* gst-stylegan: reference for GlobalAveragePool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/access.h"

gboolean
ref_global_average_pool (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 inner = ref_inner (shape, 2);

  for (gint64 i = 0; i < shape->dim[0] * shape->dim[1]; i++) {
    gdouble sum = 0;

    for (gint64 j = i * inner; j < (i + 1) * inner; j++)
      sum += sg_tensor_get (inputs[0], j);
    ref_store (outputs[0], i, sum / inner);
  }
  return TRUE;
}
