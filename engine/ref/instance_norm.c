/* gst-stylegan: reference for InstanceNormalization
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ref/fused.h"

gboolean
ref_instance_norm (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgInstanceNormAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 channels = shape->dim[1], inner = ref_inner (shape, 2);
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);

  if (x == NULL)
    return FALSE;
  for (gint64 i = 0; i < shape->dim[0] * channels; i++) {
    gdouble scale = sg_tensor_get (inputs[1], i % channels);
    gdouble bias = sg_tensor_get (inputs[2], i % channels);
    gdouble mean, variance;

    ref_moments_of (x + i * inner, inner, &mean, &variance);
    scale /= sqrt (variance + a->epsilon);
    for (gint64 j = i * inner; j < (i + 1) * inner; j++)
      ref_store (outputs[0], j, (x[j] - mean) * scale + bias);
  }
  return TRUE;
}
