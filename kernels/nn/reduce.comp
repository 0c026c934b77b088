/* gst-stylegan: sums over a dimension
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * x [outer, count, inner] f32 or f16 -> y f32 [outer, n_parts, inner], each the sum of
 * `part` neighbours in the middle, times scale.
 * ROWS, for an inner of 1: a workgroup has one sum, its invocations take every LOCAL-th
 * element. Else an invocation has one sum, its neighbours those beside it in memory.
 * Sums are in a fixed order, those of an invocation compensated (Kahan: Further remarks
 * on reducing truncation errors, 1965). */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/reduce.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;
layout (constant_id = 2) const bool ROWS = false;

TENSOR_IN (x, 0, F16)
TENSOR_OUT (y, 1, false)

shared float sums[gl_WorkGroupSize.x];

/* @count elements of x, @step apart. */
float
add_up (uint at, uint step_, uint count)
{
  precise float sum = 0.0, low = 0.0;

  for (uint k = 0u; k < count; k++, at += step_) {
    const float v = x_load (at);
    precise float z = v - low;
    precise float t = sum + z;

    low = (t - sum) - z;
    sum = t;
  }
  /* The compensation of an infinite sum is none. */
  return isinf (sum) || isnan (sum) ? sum : sum - low;
}

void
reduce_row ()
{
  const uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
  const uint row = group / push.n_parts, part = group % push.n_parts;
  const uint begin = part * push.part;
  const uint end = min (begin + push.part, push.count);

  if (row >= push.outer)
    return;
  sums[lane] = begin + lane >= end ? 0.0 : add_up (row * push.count + begin + lane,
      lanes, (end - begin - lane + lanes - 1u) / lanes);
  for (uint n = lanes / 2u; n > 0u; n /= 2u) {
    barrier ();
    if (lane < n)
      sums[lane] += sums[lane + n];
  }
  if (lane == 0u)
    y_store (group, sums[0] * push.scale);
}

void
reduce_column ()
{
  const uint i = linear_invocation ();
  const uint column = i % push.inner, group = i / push.inner;
  const uint row = group / push.n_parts, part = group % push.n_parts;
  const uint begin = part * push.part;
  const uint end = min (begin + push.part, push.count);

  if (row >= push.outer)
    return;
  y_store (i, add_up ((row * push.count + begin) * push.inner + column,
          push.inner, end - begin) * push.scale);
}

void
main ()
{
  if (ROWS)
    reduce_row ();
  else
    reduce_column ();
}
