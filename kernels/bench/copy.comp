/* gst-stylegan: how fast memory is: y = x, 16 bytes per invocation and step
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#version 450
layout (local_size_x = 256) in;
layout (std430, set = 0, binding = 0) readonly buffer X { uvec4 x[]; };
layout (std430, set = 0, binding = 1) writeonly buffer Y { uvec4 y[]; };
layout (push_constant) uniform Push { uint n; } push;

void
main ()
{
  const uint step = gl_NumWorkGroups.x * gl_WorkGroupSize.x;

  for (uint i = gl_GlobalInvocationID.x; i < push.n; i += step)
    y[i] = x[i];
}
