/* gst-stylegan: reference for norm_coefficients
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/normalize.h"
#include "ref/access.h"

gboolean
ref_norm_coefficients (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgNormCoefficientsAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 channels = shape->dim[1];

  for (gint64 i = 0; i < shape->dim[0] * channels; i++) {
    gint64 c = i % channels, s = i / channels * 2 * channels + c;
    gdouble mean = sg_tensor_get (inputs[0], 2 * i);
    gdouble variance = sg_tensor_get (inputs[0], 2 * i + 1);
    gdouble scale = sg_tensor_get (inputs[1], c)
        / sqrt (variance + a->epsilon);

    ref_store (outputs[0], s, scale);
    ref_store (outputs[0], s + channels,
        sg_tensor_get (inputs[2], c) - mean * scale);
  }
  return TRUE;
}
