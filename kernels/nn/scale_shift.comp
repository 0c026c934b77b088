/* gst-stylegan: scale_shift (x [N,C,..], s f32 [N or 1,2,C], residual as x or none)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y = activation (x * s[n,0,c] + s[n,1,c]) + residual; x, residual and y f32 or f16
 * alike, y may be x's memory. CENTRED: s is [N or 1,3,C], s[n,2,c] is taken off x first.
 * An invocation has 8 elements that lie together. WHOLE: they always are of the same
 * plane, as planes are multiples of 8. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/activation.glsl"
#include "push/scale_shift.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;
layout (constant_id = 2) const bool RESIDUAL = false;
layout (constant_id = 3) const uint ACTIVATION = 0;
layout (constant_id = 4) const bool WHOLE = false;
layout (constant_id = 5) const bool CENTRED = false;

TENSOR_IN (x, 0, F16)
TENSOR_IN (residual, 1, F16)
TENSOR_IN (s, 2, false)
TENSOR_OUT (y, 3, F16)

/* Factor, summand, and what is taken off before. */
vec3
coefficients (uint plane)
{
  const uint at = plane / push.channels * push.image_step
      + plane % push.channels;

  return vec3 (s_load (at), s_load (at + push.channels),
      CENTRED ? s_load (at + 2u * push.channels) : 0.0);
}

vec4
apply (vec4 v, vec3 k)
{
  return (CENTRED ? v - k.z : v) * k.x + k.y;
}

float
apply (float v, vec3 k)
{
  return (CENTRED ? v - k.z : v) * k.x + k.y;
}

vec4
finish (vec4 v)
{
  return activate (v, ACTIVATION, push.alpha, push.beta);
}

void
main ()
{
  const uint i = linear_invocation () * 8u;
  uint plane = i / push.inner, at = i % push.inner;
  vec4 a, b, ra = vec4 (0.0), rb = vec4 (0.0);
  vec3 k;

  if (i >= push.n)
    return;
  x_load8 (i, a, b);
  if (RESIDUAL)
    residual_load8 (i, ra, rb);
  k = coefficients (plane);
  if (WHOLE) {
    a = apply (a, k);
    b = apply (b, k);
  } else {
    for (uint j = 0u; j < 8u; j++, at++) {
      if (at == push.inner) {
        at = 0u;
        plane++;
        k = coefficients (min (plane, push.n_planes - 1u));
      }
      if (j < 4u)
        a[j] = apply (a[j], k);
      else
        b[j - 4u] = apply (b[j - 4u], k);
    }
  }
  a = finish (a);
  b = finish (b);
  if (RESIDUAL) {
    a += ra;
    b += rb;
  }
  y_store8 (i, a, b);
}
