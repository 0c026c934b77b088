/* gst-stylegan: Pad, with a constant, the reflection, the edge or from the other side
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y[i0, i1, ..] = x[start + source (i0) * step[0] + source (i1) * step[1] ..]; elements
 * are 32 or, F16, 16 bits of whatever type.
 * An invocation has 8 elements of y that lie together. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/pad.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;
layout (constant_id = 2) const uint RANK = 1;
layout (constant_id = 3) const uint MODE = 0;
/* the constant is an input, f32, not known when the kernel was made */
layout (constant_id = 4) const bool VALUE_IS_INPUT = false;

TENSOR_IN (x, 0, F16)
TENSOR_OUT (y, 1, F16)
TENSOR_IN (value, 2, false)

/* SgPadMode's. */
const uint CONSTANT = 0u;
const uint REFLECT = 1u;
const uint EDGE = 2u;
const uint WRAP = 3u;

const uint OUTSIDE = 0xffffffffu;

/* Element of x's dimension @d that stands at @i in y's; -1: the constant. */
int
source (uint d, uint i)
{
  const int n = push.kept[d];
  const int j = int (i) - push.before[d];

  if (j >= 0 && j < n)
    return j;
  if (MODE == CONSTANT)
    return -1;
  if (MODE == REFLECT)
    return j < 0 ? -j : 2 * (n - 1) - j;
  if (MODE == EDGE)
    return j < 0 ? 0 : n - 1;
  return j < 0 ? (n - 1) - (-j - 1) % n : j % n;
}

uint
row_start (uint row)
{
  uint at = push.start;

  for (uint d = 1u; d < RANK; d++) {
    const int j = source (d, row % push.size[d]);

    if (MODE == CONSTANT && j < 0)
      return OUTSIDE;
    at += uint (j) * push.step[d];
    row /= push.size[d];
  }
  return at;
}

uint
x_bits (uint i)
{
  return F16 ? (x_words[i >> 1] >> ((i & 1u) * 16u)) & 0xffffu : x_words[i];
}

uint
value_bits ()
{
  if (!VALUE_IS_INPUT)
    return push.value;
  return F16 ? packHalf2x16 (vec2 (value_load (0u), 0.0)) & 0xffffu
      : value_words[0];
}

void
main ()
{
  const uint outside = value_bits ();
  const uint i = linear_invocation () * 8u;
  uint row = i / push.size[0], j = i % push.size[0], at;
  uint bits[8];

  if (i >= push.n)
    return;
  at = row_start (row);
  for (uint k = 0u; k < 8u; k++, j++) {
    int from;

    if (j == push.size[0]) {
      j = 0u;
      at = row_start (++row);
    }
    from = at == OUTSIDE ? -1 : source (0u, j);
    bits[k] = outside;
    if (i + k < push.n && from >= 0)
      bits[k] = x_bits (at + uint (from) * push.step[0]);
  }
  if (F16) {
    y_words4[i >> 3] = uvec4 (bits[0] | bits[1] << 16, bits[2] | bits[3] << 16,
        bits[4] | bits[5] << 16, bits[6] | bits[7] << 16);
  } else {
    y_words4[i >> 2] = uvec4 (bits[0], bits[1], bits[2], bits[3]);
    y_words4[(i >> 2) + 1u] = uvec4 (bits[4], bits[5], bits[6], bits[7]);
  }
}
