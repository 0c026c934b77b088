/* gst-stylegan: the last step of moments: parts to fewer, or to mean and variance
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * parts[plane][n_parts] of common/moments.glsl -> parts[plane][n_chunks], each of the
 * result merged from `chunk` neighbours; or, LAST and n_chunks being 1,
 * y[plane] = (mean, M2 / count).
 * A workgroup has one chunk of one plane; invocations take every LOCAL-th part. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "push/moments_merge.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool LAST = false;

#include "common/moments_reduce.glsl"

layout (std430, set = 0, binding = 0) readonly buffer Parts {
  float parts[];
};
layout (std430, set = 0, binding = 1) writeonly buffer Result {
  float result[];
};

void
main ()
{
  const uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint plane = group / push.n_chunks, chunk = group % push.n_chunks;
  const uint begin = chunk * push.chunk;
  const uint end = min (begin + push.chunk, push.n_parts);
  vec3 m = vec3 (0.0);

  if (plane >= push.n_planes)
    return;
  for (uint i = begin + gl_LocalInvocationID.x; i < end;
      i += gl_WorkGroupSize.x) {
    const uint at = (plane * push.n_parts + i) * 3u;

    m = moments_merge (m, vec3 (parts[at], parts[at + 1u], parts[at + 2u]));
  }
  m = moments_reduce (m);
  if (gl_LocalInvocationID.x != 0u)
    return;
  if (LAST) {
    result[plane * 2u] = m.y;
    result[plane * 2u + 1u] = m.z / m.x;
  } else {
    result[group * 3u] = m.x;
    result[group * 3u + 1u] = m.y;
    result[group * 3u + 2u] = m.z;
  }
}
