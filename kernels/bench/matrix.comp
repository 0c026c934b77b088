/* gst-stylegan: how fast cooperative matrices are: 8 accumulators per subgroup, f16
 * products from registers. FLOP: subgroups * STEPS * 8 * 2 * MM * MN * MK
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#version 450
#pragma use_vulkan_memory_model
#extension GL_GOOGLE_include_directive : require
#include "common/matrix.glsl"

layout (constant_id = 0) const uint MM = 16;
layout (constant_id = 1) const uint MN = 16;
layout (constant_id = 2) const uint MK = 16;
layout (constant_id = 3) const uint STEPS = 1024;
layout (local_size_x_id = 4) in;
layout (constant_id = 5) const uint SUBGROUP = 32;
layout (std430, set = 0, binding = 0) buffer Y { float y[]; };


shared uvec4 operands[256];     /* f16: MM x MK, then MK x MN */
shared float tile[4096];

MATRIX_C (MM, MN, MK) acc[8];

void
main ()
{
  const uint mine = gl_SubgroupID * MM * MN;
  float sum = 0.0;

  for (uint i = gl_LocalInvocationIndex; i < 256u; i += gl_WorkGroupSize.x)
    operands[i] = uvec4 (packHalf2x16 (vec2 (0.001 * float (i), 0.002)));
  barrier ();

  MATRIX_A (MM, MN, MK) a;
  MATRIX_B (MM, MN, MK) b;
  MATRIX_LOAD (a, operands, 0u, MK / 8u);
  MATRIX_LOAD (b, operands, MM * MK / 8u, MN / 8u);
  for (uint i = 0u; i < 8u; i++)
    acc[i] = MATRIX_ZERO (MATRIX_C (MM, MN, MK));
  for (uint s = 0u; s < STEPS; s++)
    for (uint i = 0u; i < 8u; i++)
      acc[i] = MATRIX_MULTIPLY_ADD (a, b, acc[i]);
  for (uint i = 0u; i < 8u; i++) {
    MATRIX_STORE_COLUMNS (acc[i], tile, mine, MM);
    barrier ();
    sum += tile[mine + gl_LocalInvocationIndex % SUBGROUP];
    barrier ();
  }
  y[gl_GlobalInvocationID.x] = sum;
}
