/* gst-stylegan: Gather
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y[o, i, j] = x[o, index[i], j], x being [.., size, inner], y [.., n_indices, inner];
 * elements are 32 bits of whatever type or, where one of them is F16, f32 and f16
 * numbers. Indices are within 0 .. size - 1.
 * An invocation has 8 elements of y that lie together. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/gather.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool X_F16 = false;
layout (constant_id = 2) const bool Y_F16 = false;

TENSOR_IN (x, 0, X_F16)
TENSOR_OUT (y, 1, Y_F16)
layout (std430, set = 0, binding = 2) readonly buffer Indices {
  uint indices[];
};

uint
x_bits (uint i)
{
  return X_F16 || Y_F16 ? floatBitsToUint (x_load (i)) : x_words[i];
}

void
main ()
{
  const uint first = linear_invocation () * 8u;
  uint bits[8];

  if (first >= push.n)
    return;
  for (uint k = 0u; k < 8u; k++) {
    const uint i = min (first + k, push.n - 1u);
    const uint row = i / push.inner;
    const uint from = row / push.n_indices * push.size
        + indices[row % push.n_indices];

    bits[k] = x_bits (from * push.inner + i % push.inner);
  }
  if (Y_F16) {
    y_store8 (first, uintBitsToFloat (uvec4 (bits[0], bits[1], bits[2], bits[3])),
        uintBitsToFloat (uvec4 (bits[4], bits[5], bits[6], bits[7])));
  } else {
    y_words4[first >> 2] = uvec4 (bits[0], bits[1], bits[2], bits[3]);
    y_words4[(first >> 2) + 1u] = uvec4 (bits[4], bits[5], bits[6], bits[7]);
  }
}
