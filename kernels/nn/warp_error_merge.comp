/* gst-stylegan: warp_error, second part: sums of groups to one
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * parts (nn/warp_error.comp) -> y f32 [2]: mean of the squares, 0 if there are none, and
 * the share of trusted pixels. One group. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/warp_error.h"

layout (local_size_x_id = 0) in;

layout (std430, set = 0, binding = 0) readonly buffer Parts {
  uvec2 parts[];
};
TENSOR_OUT (y, 1, false)

shared float sums[gl_WorkGroupSize.x];
shared uint counts[gl_WorkGroupSize.x];

void
main ()
{
  const uint lane = gl_LocalInvocationID.x;
  float sum = 0.0;
  uint trusted = 0u;

  for (uint i = lane; i < push.n_parts; i += gl_WorkGroupSize.x) {
    sum += uintBitsToFloat (parts[i].x);
    trusted += parts[i].y;
  }
  sums[lane] = sum;
  counts[lane] = trusted;
  for (uint n = gl_WorkGroupSize.x / 2u; n > 0u; n /= 2u) {
    barrier ();
    if (lane < n) {
      sums[lane] += sums[lane + n];
      counts[lane] += counts[lane + n];
    }
  }
  if (lane > 0u)
    return;
  trusted = counts[0];
  y_store (0u, trusted > 0u ? sums[0] / float (trusted) : 0.0);
  y_store (1u, float (trusted) / float (push.n));
}
