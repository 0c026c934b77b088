/* gst-stylegan: norm_coefficients on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"
#include "ops/normalize.h"

#include <math.h>

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

/* Of channel @c of the @n pictures in @moments, [n,channels,2]. */
static inline void
share (const gfloat * moments, gsize n, gsize channels, gsize c,
    gdouble * mean, gdouble * variance)
{
  *mean = *variance = 0;
  for (gsize i = 0; i < n; i++)
    *mean += moments[2 * (i * channels + c)] / (gdouble) n;
  for (gsize i = 0; i < n; i++) {
    gdouble d = moments[2 * (i * channels + c)] - *mean;

    *variance += (moments[2 * (i * channels + c) + 1] + d * d) / (gdouble) n;
  }
}

/* Some hundred values: in double, as mean * scale may cancel the bias. */
static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgNormCoefficientsAttrs *attrs = call->attrs;
  gsize n_images = call->inputs[0].shape.dim[0];
  gsize channels = call->inputs[0].shape.dim[1];
  const gfloat *moments = inputs[0], *scale = inputs[1], *bias = inputs[2];
  gfloat *y = outputs[0];

  for (gsize n = 0; n < n_images; n++, y += 2 * channels) {
    for (gsize c = 0; c < channels; c++, moments += 2) {
      gdouble mean = moments[0], variance = moments[1], s;

      if (attrs->shared)
        share (inputs[0], n_images, channels, c, &mean, &variance);
      s = scale[c] / sqrt (variance + attrs->epsilon);
      y[c] = s;
      y[channels + c] = bias[c] - mean * s;
    }
  }
}

const CpuKernel cpu_kernel_norm_coefficients = {
  .op = "norm_coefficients",
  .supports = supports,
  .run = run,
};
