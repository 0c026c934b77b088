/* gst-stylegan: moments of a workgroup's invocations
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Included behind the local size, (n, 1, 1) with n a power of two; n vec3 of shared
 * memory.
 *
 *   vec3 moments_reduce (vec3 m)      in the invocation 0: all of them merged
 *
 * In a fixed order: results are the same in each run. */
#include "common/moments.glsl"

shared vec3 moments_shared_[gl_WorkGroupSize.x];

vec3
moments_reduce (vec3 m)
{
  const uint lane = gl_LocalInvocationID.x;

  moments_shared_[lane] = m;
  for (uint half_ = gl_WorkGroupSize.x / 2u; half_ > 0u; half_ /= 2u) {
    barrier ();
    if (lane < half_) {
      m = moments_merge (m, moments_shared_[lane + half_]);
      moments_shared_[lane] = m;
    }
  }
  return m;
}
