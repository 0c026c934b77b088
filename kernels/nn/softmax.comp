/* gst-stylegan: Softmax, with what nn/softmax_sums.comp has found
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y = exp (x - sums[o,j,0]) / sums[o,j,1]; x [outer, count, inner] and y f32 or f16
 * alike, y may be x's memory. An invocation has 8 elements that lie together. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/activation.glsl"
#include "push/softmax.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;

TENSOR_IN (x, 0, F16)
TENSOR_IN (sums, 1, false)
TENSOR_OUT (y, 2, F16)

float
share (uint i, float v)
{
  const uint at = min (i, push.n - 1u);
  const uint row = at / (push.count * push.inner) * push.inner + at % push.inner;
  const vec2 s = sums_load2 (row * 2u);

  return sg_exp (v - s.x) / s.y;
}

void
main ()
{
  const uint i = linear_invocation () * 8u;
  vec4 a, b;

  if (i >= push.n)
    return;
  x_load8 (i, a, b);
  for (uint k = 0u; k < 4u; k++) {
    a[k] = share (i + k, a[k]);
    b[k] = share (i + k + 4u, b[k]);
  }
  y_store8 (i, a, b);
}
