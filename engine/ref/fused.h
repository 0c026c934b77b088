/* gst-stylegan: what the planner fuses into convolutions, for the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include "ops/activation.h"
#include "ref/access.h"

G_BEGIN_DECLS

static inline gdouble
ref_activate (const SgActivation * activation, gdouble x)
{
  switch (activation->kind) {
    case SG_ACTIVATION_NONE:
      return x;
    case SG_ACTIVATION_RELU:
      return x < 0 ? 0 : x;
    case SG_ACTIVATION_LEAKY_RELU:
      return x < 0 ? activation->alpha * x : x;
    case SG_ACTIVATION_CLIP:
      return x < activation->alpha ? activation->alpha
          : x > activation->beta ? activation->beta : x;
    case SG_ACTIVATION_TANH:
      return tanh (x);
    case SG_ACTIVATION_SIGMOID:
      return 1 / (1 + exp (-x));
  }
  return x;
}

/* Mean and biased variance of @n values. */
static inline void
ref_moments_of (const gdouble * values, gint64 n, gdouble * mean,
    gdouble * variance)
{
  gdouble sum = 0, squares = 0;

  for (gint64 i = 0; i < n; i++)
    sum += values[i];
  *mean = sum / n;
  for (gint64 i = 0; i < n; i++)
    squares += (values[i] - *mean) * (values[i] - *mean);
  *variance = squares / n;
}

/* x [N,C,..] = activation (x * scale + shift). @scale_shift: [N,2,C] or NULL */
static inline void
ref_fused_prologue (const SgShape * shape, const SgTensor * scale_shift,
    const SgActivation * activation, gdouble * x)
{
  gint64 channels = shape->dim[1], inner = ref_inner (shape, 2);

  for (gint64 i = 0; i < shape->dim[0] * channels; i++) {
    gint64 s = i / channels * 2 * channels + i % channels;
    gdouble scale = scale_shift ? sg_tensor_get (scale_shift, s) : 1;
    gdouble shift = scale_shift ? sg_tensor_get (scale_shift, s + channels) : 0;

    for (gint64 j = i * inner; j < (i + 1) * inner; j++)
      x[j] = ref_activate (activation, x[j] * scale + shift);
  }
}

/* One channel of an output: @y (before the residual) is finished in place, and
 * moments [N,M,2] (or NULL) filled. @plane: n * M + m */
static inline void
ref_fused_epilogue (const SgTensor * residual,
    const SgActivation * activation, SgTensor * moments, gint64 plane,
    gint64 n, gdouble * y)
{
  gdouble mean, variance;

  for (gint64 i = 0; i < n; i++) {
    if (residual)
      y[i] += sg_tensor_get (residual, plane * n + i);
    y[i] = ref_activate (activation, y[i]);
  }
  if (moments) {
    ref_moments_of (y, n, &mean, &variance);
    ref_store (moments, 2 * plane, mean);
    ref_store (moments, 2 * plane + 1, variance);
  }
}

G_END_DECLS
