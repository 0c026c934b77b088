/* gst-stylegan: moments (x [N,C,..]) in parts
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * parts[plane][part] of common/moments.glsl, of f32 or f16.
 * A workgroup has one part: group x is the part, group y the plane, folded. An
 * invocation takes every LOCAL-th 8 elements that lie together in memory; where planes
 * do not begin at a multiple of 8, those of the neighbours are left out. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/moments.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;

#include "common/moments_reduce.glsl"

TENSOR_IN (x, 0, F16)

layout (std430, set = 0, binding = 1) writeonly buffer Parts {
  float parts[];
};

/* Of the 8 elements from @i, those from @begin to before @end. */
vec3
add_some (vec3 m, uint i, uint begin, uint end)
{
  vec4 a, b;

  x_load8 (i, a, b);
  for (uint k = 0u; k < 8u; k++) {
    const uint at = i + k;

    if (at >= begin && at < end)
      m = moments_merge (m, vec3 (1.0, k < 4u ? a[k] : b[k - 4u], 0.0));
  }
  return m;
}

void
main ()
{
  const uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint plane = group / push.n_parts, part = group % push.n_parts;
  const uint begin = plane * push.plane + part * push.part;
  const uint end = plane * push.plane + min ((part + 1u) * push.part, push.plane);
  vec3 m = vec3 (0.0);

  /* the same in all invocations of the group */
  if (plane >= push.n_planes)
    return;
  for (uint i = (begin & ~7u) + gl_LocalInvocationID.x * 8u; i < end;
      i += gl_WorkGroupSize.x * 8u) {
    if (i >= begin && i + 8u <= end) {
      vec4 a, b;

      x_load8 (i, a, b);
      m = moments_add8 (m, a, b);
    } else {
      m = add_some (m, i, begin, end);
    }
  }
  m = moments_reduce (m);
  if (gl_LocalInvocationID.x == 0u) {
    parts[group * 3u] = m.x;
    parts[group * 3u + 1u] = m.y;
    parts[group * 3u + 2u] = m.z;
  }
}
