/* gst-stylegan: operators of two inputs, broadcast together
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y[i] = f (a[..], b[..]), i < n; each of them f32 or f16. Dimensions that a and b walk
 * through in the same way are one: same shapes are RANK 1, a value per channel RANK 2
 * or 3. The innermost steps of a and b are 0 or 1 and constants.
 * An invocation has 8 elements of y. WHOLE: they always are of one row, and begin at
 * multiples of 8 in whatever is read step by step. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/power.glsl"
#include "push/binary.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const uint OPERATION = 0;
layout (constant_id = 2) const bool A_F16 = false;
layout (constant_id = 3) const bool B_F16 = false;
layout (constant_id = 4) const bool Y_F16 = false;
layout (constant_id = 5) const uint RANK = 1;
layout (constant_id = 6) const bool A_STEPS = true;
layout (constant_id = 7) const bool B_STEPS = true;
layout (constant_id = 8) const bool WHOLE = false;

TENSOR_IN (a, 0, A_F16)
TENSOR_IN (b, 1, B_F16)
TENSOR_OUT (y, 2, Y_F16)

/* Same numbers in vulkan/binary.c. */
const uint ADD = 0u;
const uint SUB = 1u;
const uint MUL = 2u;
const uint DIV = 3u;
const uint MAX = 4u;
const uint MIN = 5u;
const uint POW = 6u;
const uint PRELU = 7u;

/* NaN stays, as numpy's maximum has it. */
float
apply (float x, float z)
{
  precise float r;

  if (OPERATION == ADD)
    r = x + z;
  else if (OPERATION == SUB)
    r = x - z;
  else if (OPERATION == MUL)
    r = x * z;
  else if (OPERATION == DIV)
    r = x / z;
  else if (OPERATION == MAX)
    r = x > z || isnan (x) ? x : z;
  else if (OPERATION == MIN)
    r = x < z || isnan (x) ? x : z;
  else if (OPERATION == PRELU)
    r = x < 0.0 ? x * z : x;
  else
    r = sg_pow (x, z);
  return r;
}

/* Where row @row of y, or of what is merged to rows, begins in a and b. */
uvec2
row_start (uint row)
{
  uvec2 at = uvec2 (0u);

  for (uint d = 1u; d < RANK; d++) {
    const uint j = row % push.dim[d];

    at += j * uvec2 (push.a_step[d], push.b_step[d]);
    row /= push.dim[d];
  }
  return at;
}

void
load_whole (uint i, out vec4 a0, out vec4 a1, out vec4 b0, out vec4 b1)
{
  const uint x = RANK > 1u ? i % push.dim[0] : i;
  const uvec2 at = RANK > 1u ? row_start (i / push.dim[0]) : uvec2 (0u);

  if (A_STEPS) {
    a_load8 (at.x + x, a0, a1);
  } else {
    a0 = vec4 (a_load (at.x));
    a1 = a0;
  }
  if (B_STEPS) {
    b_load8 (at.y + x, b0, b1);
  } else {
    b0 = vec4 (b_load (at.y));
    b1 = b0;
  }
}

void
load_any (uint i, out vec4 a0, out vec4 a1, out vec4 b0, out vec4 b1)
{
  uint row = i / push.dim[0], x = i % push.dim[0];
  uvec2 at = row_start (row);

  a0 = a1 = b0 = b1 = vec4 (0.0);
  for (uint k = 0u; k < 8u && i + k < push.n; k++, x++) {
    float va, vb;

    if (x == push.dim[0]) {
      x = 0u;
      at = row_start (++row);
    }
    va = a_load (at.x + (A_STEPS ? x : 0u));
    vb = b_load (at.y + (B_STEPS ? x : 0u));
    if (k < 4u) {
      a0[k] = va;
      b0[k] = vb;
    } else {
      a1[k - 4u] = va;
      b1[k - 4u] = vb;
    }
  }
}

void
main ()
{
  const uint i = linear_invocation () * 8u;
  vec4 a0, a1, b0, b1;

  if (i >= push.n)
    return;
  if (WHOLE)
    load_whole (i, a0, a1, b0, b1);
  else
    load_any (i, a0, a1, b0, b1);
  for (uint k = 0u; k < 4u; k++) {
    a0[k] = apply (a0[k], b0[k]);
    a1[k] = apply (a1[k], b1[k]);
  }
  y_store8 (i, a0, a1);
}
