/* gst-stylegan: warp_error, first part: sums of groups
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * now, before [1,1,h,w], confidence [1,1,H,W] (f32 or f16 alike) -> parts [n_parts][2]:
 * the sum of (now - before)^2 where the confidence is above 0.5, f32, and at how many
 * pixels that is, an integer. An invocation takes 8 elements that lie together at a
 * time; all sums are in a fixed order, those of an invocation compensated.
 * Memory, 960x540 of 1920x1080 f16: 4.1 MB (2 x 1.0 and half the lines of 4.1). */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/warp_error.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;

TENSOR_IN (now, 0, F16)
TENSOR_IN (before, 1, F16)
TENSOR_IN (confidence, 2, F16)
layout (std430, set = 0, binding = 3) writeonly buffer Parts {
  uvec2 parts[];
};

shared float sums[gl_WorkGroupSize.x];
shared uint counts[gl_WorkGroupSize.x];

void
main ()
{
  const uint lane = gl_LocalInvocationID.x;
  precise float sum = 0.0, low = 0.0;
  uint trusted = 0u;

  for (uint i = linear_invocation () * 8u; i < push.n;
      i += push.n_parts * gl_WorkGroupSize.x * 8u) {
    uint row = i / push.width, column = i - row * push.width;
    vec4 a, b, c, d;

    now_load8 (i, a, b);
    before_load8 (i, c, d);
    a -= c;
    b -= d;
    for (uint k = 0u; k < 8u && i + k < push.n; k++, column++) {
      const float e = k < 4u ? a[k] : b[k - 4u];
      precise float term, next;

      if (column == push.width) {
        column = 0u;
        row++;
      }
      if (!(confidence_load (row * push.factor * push.fine_width
                  + column * push.factor) > 0.5))
        continue;
      term = e * e - low;
      next = sum + term;
      low = (next - sum) - term;
      sum = next;
      trusted++;
    }
  }
  sums[lane] = isinf (sum) || isnan (sum) ? sum : sum - low;
  counts[lane] = trusted;
  for (uint n = gl_WorkGroupSize.x / 2u; n > 0u; n /= 2u) {
    barrier ();
    if (lane < n) {
      sums[lane] += sums[lane + n];
      counts[lane] += counts[lane + n];
    }
  }
  if (lane == 0u)
    parts[gl_WorkGroupID.x] = uvec2 (floatBitsToUint (sums[0]), counts[0]);
}
