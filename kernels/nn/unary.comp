/* gst-stylegan: operators that map element by element
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y[i] = f (x[i]), i < n; f32 or f16. x and y may be the same memory.
 * An invocation has 8 elements, which is what one memory access of f16 takes. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/activation.glsl"
#include "push/unary.h"

layout (local_size_x = 128) in;
layout (constant_id = 0) const uint FUNCTION = 0;
layout (constant_id = 1) const bool F16 = false;
/* clip's limits are inputs, not known when the kernel was made */
layout (constant_id = 2) const bool LOW_IS_INPUT = false;
layout (constant_id = 3) const bool HIGH_IS_INPUT = false;

TENSOR_IN (x, 0, F16)
TENSOR_OUT (y, 1, F16)
TENSOR_IN (low, 2, false)
TENSOR_IN (high, 3, false)

/* The first are SgActivation's. Same numbers in vulkan/unary.c. */
const uint ABS = 16u;
const uint ELU = 17u;
const uint EXP = 18u;
const uint FLOOR = 19u;
const uint HARD_SIGMOID = 20u;
const uint HARD_SWISH = 21u;
const uint NEG = 22u;
const uint SQRT = 23u;

float
apply (float x, float alpha, float beta)
{
  precise float y;

  if (FUNCTION == ABS)
    y = abs (x);
  else if (FUNCTION == ELU)
    y = x < 0.0 ? alpha * sg_expm1 (max (x, -87.0)) : x;
  else if (FUNCTION == EXP)
    y = sg_exp (x);
  else if (FUNCTION == FLOOR)
    y = floor (x);
  else if (FUNCTION == HARD_SIGMOID)
    y = sg_clip (fma (alpha, x, beta), 0.0, 1.0);
  else if (FUNCTION == HARD_SWISH)
    y = x * sg_clip (fma (x, 1.0 / 6.0, 0.5), 0.0, 1.0);
  else if (FUNCTION == NEG)
    y = -x;
  else if (FUNCTION == SQRT)
    y = sqrt (x);
  else
    y = activate (x, FUNCTION, alpha, beta);
  return y;
}

void
main ()
{
  const uint i = linear_invocation () * 8u;
  const float alpha = LOW_IS_INPUT ? low_load (0) : push.alpha;
  const float beta = HIGH_IS_INPUT ? high_load (0) : push.beta;
  vec4 a, b;

  if (i >= push.n)
    return;
  x_load8 (i, a, b);
  for (int k = 0; k < 4; k++) {
    a[k] = apply (a[k], alpha, beta);
    b[k] = apply (b[k], alpha, beta);
  }
  y_store8 (i, a, b);
}
