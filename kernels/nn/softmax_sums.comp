/* gst-stylegan: what softmax divides by
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * x [outer, count, inner] f32 or f16 -> sums f32 [outer, inner, 2]: the maximum of the
 * middle dimension, and the sum of exp (x - maximum).
 * ROWS, for an inner of 1: a workgroup has one of the results, its invocations take
 * every LOCAL-th element. Else an invocation has one. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/activation.glsl"
#include "push/softmax.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;
layout (constant_id = 2) const bool ROWS = false;

TENSOR_IN (x, 0, F16)
TENSOR_OUT (sums, 1, false)

shared float values[gl_WorkGroupSize.x];

float
larger (float a, float b)
{
  return a > b || isnan (a) ? a : b;
}

float
max_of (uint at, uint step_, uint count)
{
  float m = uintBitsToFloat (0xff800000u);

  for (uint k = 0u; k < count; k++, at += step_)
    m = larger (m, x_load (at));
  return m;
}

float
sum_of (uint at, uint step_, uint count, float m)
{
  float sum = 0.0;

  for (uint k = 0u; k < count; k++, at += step_)
    sum += sg_exp (x_load (at) - m);
  return sum;
}

void
row_sums ()
{
  const uint row = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
  const uint at = row * push.count + lane;
  const uint count = lane < push.count ?
      (push.count - lane + lanes - 1u) / lanes : 0u;
  float m;

  if (row >= push.outer)
    return;
  values[lane] = max_of (at, lanes, count);
  for (uint n = lanes / 2u; n > 0u; n /= 2u) {
    barrier ();
    if (lane < n)
      values[lane] = larger (values[lane], values[lane + n]);
  }
  barrier ();
  m = values[0];
  barrier ();
  values[lane] = sum_of (at, lanes, count, m);
  for (uint n = lanes / 2u; n > 0u; n /= 2u) {
    barrier ();
    if (lane < n)
      values[lane] += values[lane + n];
  }
  if (lane == 0u)
    sums_store2 (row * 2u, vec2 (m, values[0]));
}

void
column_sums ()
{
  const uint i = linear_invocation ();
  const uint at = i / push.inner * push.count * push.inner + i % push.inner;
  float m;

  if (i >= push.outer * push.inner)
    return;
  m = max_of (at, push.inner, push.count);
  sums_store2 (i * 2u, vec2 (m, sum_of (at, push.inner, push.count, m)));
}

void
main ()
{
  if (ROWS)
    row_sums ();
  else
    column_sums ();
}
