/* gst-stylegan: reference for norm_coefficients
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/normalize.h"
#include "ref/access.h"

static void
share (const SgTensor * moments, gint64 c, gdouble * mean, gdouble * variance)
{
  const gint64 n = moments->desc.shape.dim[0];
  const gint64 channels = moments->desc.shape.dim[1];

  *mean = *variance = 0;
  for (gint64 i = 0; i < n; i++)
    *mean += sg_tensor_get (moments, 2 * (i * channels + c)) / n;
  for (gint64 i = 0; i < n; i++) {
    gint64 at = 2 * (i * channels + c);
    gdouble d = sg_tensor_get (moments, at) - *mean;

    *variance += (sg_tensor_get (moments, at + 1) + d * d) / n;
  }
}

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
    gdouble variance = sg_tensor_get (inputs[0], 2 * i + 1), scale;

    if (a->shared)
      share (inputs[0], c, &mean, &variance);
    scale = sg_tensor_get (inputs[1], c) / sqrt (variance + a->epsilon);
    ref_store (outputs[0], s, scale);
    ref_store (outputs[0], s + channels,
        sg_tensor_get (inputs[2], c) - mean * scale);
  }
  return TRUE;
}
