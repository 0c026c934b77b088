/* gst-stylegan: how fast arithmetic is: 16 chains of a * b + c per invocation, with
 * vectors of 2 (f16 units work on pairs). FLOP: invocations * STEPS * 16 * 2 * 2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#version 450
#ifdef HALF
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#define VECTOR f16vec2
#else
#define VECTOR vec2
#endif
layout (local_size_x = 256) in;
layout (constant_id = 0) const uint STEPS = 1024;
layout (std430, set = 0, binding = 0) buffer Y { float y[]; };

void
main ()
{
  const VECTOR b = VECTOR (0.5 + float (gl_LocalInvocationIndex) / 1024.0);
  VECTOR a[16];
  VECTOR sum = VECTOR (0.0);

  for (uint i = 0u; i < 16u; i++)
    a[i] = VECTOR (float (i) / 16.0);
  for (uint s = 0u; s < STEPS; s++)
    for (uint i = 0u; i < 16u; i++)
      a[i] = a[i] * b + b;
  for (uint i = 0u; i < 16u; i++)
    sum += a[i];
  y[gl_GlobalInvocationID.x] = float (sum.x + sum.y);
}
