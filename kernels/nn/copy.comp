/* gst-stylegan: elements from anywhere, in another order, or in another type
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y[first + row * pitch + j] = x[start + i0 * step[0] + i1 * step[1] ..], j < width,
 * where row * width + j = i0 + dim[0] * (i1 + dim[1] * (i2 ..)).
 *
 * Elements are 32 or, X_F16 and Y_F16, 16 bits of whatever type; where only one is
 * F16, f32 and f16 numbers.
 *
 * An invocation has 8 elements of y that begin at a multiple of 8; of those at the ends
 * of a row, the ones inside it. What else is in their words it keeps: no two rows are in
 * one word, as there is something between rows.
 * ROWS: there is more than one row, or one that does not begin at 0.
 * WHOLE: all 8 are in the row and lie side by side in x as well, at a multiple of 8. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/copy.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool X_F16 = false;
layout (constant_id = 2) const bool Y_F16 = false;
layout (constant_id = 3) const uint RANK = 1;
layout (constant_id = 4) const bool ROWS = false;
layout (constant_id = 5) const bool WHOLE = false;

TENSOR_IN (x, 0, X_F16)
TENSOR_OUT (y, 1, Y_F16)
layout (std430, set = 0, binding = 1) readonly buffer YBefore {
  uint y_before[];
};

/* The element's bits as y has them. */
uint
x_bits (uint i)
{
  if (X_F16 && Y_F16)
    return (x_words[i >> 1] >> ((i & 1u) * 16u)) & 0xffffu;
  if (Y_F16)
    return packHalf2x16 (vec2 (x_load (i), 0.0)) & 0xffffu;
  return X_F16 ? floatBitsToUint (x_load (i)) : x_words[i];
}

/* Where element @i of the order is in x, but for dimension 0. */
uint
row_start (uint row)
{
  uint at = push.start;

  for (uint d = 1u; d < RANK; d++) {
    at += row % push.dim[d] * uint (push.step[d]);
    row /= push.dim[d];
  }
  return at;
}

void
copy_whole (uint from, uint to)
{
  if (X_F16 && Y_F16) {
    y_words4[to >> 3] = x_words4[from >> 3];
  } else if (!X_F16 && !Y_F16) {
    y_words4[to >> 2] = x_words4[from >> 2];
    y_words4[(to >> 2) + 1u] = x_words4[(from >> 2) + 1u];
  } else {
    vec4 a, b;

    x_load8 (from, a, b);
    y_store8 (to, a, b);
  }
}

/* Elements @first to before @end of the 8 from @to on. */
void
put_some (uint to, uint bits[8], uint first, uint end)
{
  if (!Y_F16) {
    for (uint k = first; k < end; k++)
      y_words[to + k] = bits[k];
    return;
  }
  for (uint k = 0u; k < 4u; k++) {
    const bool low = 2u * k >= first && 2u * k < end;
    const bool high = 2u * k + 1u >= first && 2u * k + 1u < end;
    uint word = bits[2u * k] | bits[2u * k + 1u] << 16;

    if (!low && !high)
      continue;
    if (!low)
      word = word & 0xffff0000u | y_before[(to >> 1) + k] & 0xffffu;
    if (!high)
      word = word & 0xffffu | y_before[(to >> 1) + k] & 0xffff0000u;
    y_words[(to >> 1) + k] = word;
  }
}

void
put_all (uint to, uint bits[8])
{
  if (Y_F16) {
    y_words4[to >> 3] = uvec4 (bits[0] | bits[1] << 16, bits[2] | bits[3] << 16,
        bits[4] | bits[5] << 16, bits[6] | bits[7] << 16);
  } else {
    y_words4[to >> 2] = uvec4 (bits[0], bits[1], bits[2], bits[3]);
    y_words4[(to >> 2) + 1u] = uvec4 (bits[4], bits[5], bits[6], bits[7]);
  }
}

void
main ()
{
  const uint chunk = linear_invocation ();
  const uint row = ROWS ? chunk / push.chunks : 0u;
  const uint begin = ROWS ? push.first + row * push.pitch : 0u;
  const uint end = begin + push.width;
  const uint to = (begin & ~7u) + (chunk - row * (ROWS ? push.chunks : 0u)) * 8u;
  const uint first = max (to, begin) - to, last = min (end, to + 8u) - to;
  uint bits[8], i, j, at;

  if (to >= end || row >= push.n_rows)
    return;
  i = row * push.width + to + first - begin;
  j = RANK > 1u ? i % push.dim[0] : i;
  at = RANK > 1u ? row_start (i / push.dim[0]) : push.start;
  if (WHOLE) {
    copy_whole (at + j, to);
    return;
  }
  i /= push.dim[0];
  for (uint k = 0u; k < 8u; k++) {
    bits[k] = 0u;
    if (k < first || k >= last)
      continue;
    if (RANK > 1u && j == push.dim[0]) {
      j = 0u;
      at = row_start (++i);
    }
    bits[k] = x_bits (at + j * uint (push.step[0]));
    j++;
  }
  if (ROWS && (first > 0u || last < 8u))
    put_some (to, bits, first, last);
  else
    put_all (to, bits);
}
