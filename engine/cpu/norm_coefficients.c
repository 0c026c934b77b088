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
      gdouble s = scale[c] / sqrt ((gdouble) moments[1] + attrs->epsilon);

      y[c] = s;
      y[channels + c] = bias[c] - moments[0] * s;
    }
  }
}

const CpuKernel cpu_kernel_norm_coefficients = {
  .op = "norm_coefficients",
  .supports = supports,
  .run = run,
};
