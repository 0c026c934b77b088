/* gst-stylegan: reference for moments, mean and biased variance per n, c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/fused.h"

gboolean
ref_moments (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 inner = ref_inner (shape, 2);
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);

  if (x == NULL)
    return FALSE;
  for (gint64 i = 0; i < shape->dim[0] * shape->dim[1]; i++) {
    gdouble mean, variance;

    ref_moments_of (x + i * inner, inner, &mean, &variance);
    ref_store (outputs[0], 2 * i, mean);
    ref_store (outputs[0], 2 * i + 1, variance);
  }
  return TRUE;
}
