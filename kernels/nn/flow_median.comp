/* gst-stylegan: flow_median (flow [1,2,h,w]) -> 3 x 3 vector median
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Integers of 1/8 px (ops/flow.h); flow and y f32 or f16 alike.
 * An invocation has 2 components of y that lie together, and finds the median for each
 * of them: twice per block, which is less than writing single f16 would cost.
 * Memory, 1920x1080 f16, blocks of 8: 0.3 MB, of a picture of half the size in blocks
 * of 4 as much. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/flow.glsl"
#include "push/flow_median.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;

TENSOR_IN (x, 0, F16)
TENSOR_OUT (y, 1, F16)

/* Sum of the distances of vector @k to all others. */
int
distance_to_all (const ivec2 v[9], uint k)
{
  int sum = 0;

  for (uint i = 0u; i < 9u; i++) {
    const ivec2 d = abs (v[i] - v[k]);

    sum += d.x + d.y;
  }
  return sum;
}

ivec2
median_at (int at)
{
  const int n = push.height * push.width;
  const int by = at / push.width, bx = at - by * push.width;
  ivec2 v[9], chosen;
  int best;

  for (int k = 0; k < 9; k++) {
    const int row = clamp (by + k / 3 - 1, 0, push.height - 1) * push.width;
    const int i = row + clamp (bx + k % 3 - 1, 0, push.width - 1);

    v[k] = ivec2 (flow_vector (x_load (uint (i))),
        flow_vector (x_load (uint (n + i))));
  }
  chosen = v[4];
  best = distance_to_all (v, 4u);
  for (uint k = 0u; k < 9u; k++) {
    const int sum = distance_to_all (v, k);

    if (sum < best) {
      best = sum;
      chosen = v[k];
    }
  }
  return chosen;
}

float
component (uint i)
{
  const uint n = uint (push.height * push.width);
  ivec2 chosen;

  if (i >= 2u * n)
    return 0.0;
  chosen = median_at (int (i < n ? i : i - n));
  return float (i < n ? chosen.x : chosen.y) / float (FLOW_FRACTION);
}

void
main ()
{
  const uint i = linear_invocation () * 2u;

  if (i < 2u * uint (push.height * push.width))
    y_store2 (i, vec2 (component (i), component (i + 1u)));
}
