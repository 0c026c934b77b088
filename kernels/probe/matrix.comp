/* gst-stylegan: does the compiler know this extension of cooperative matrices?
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Compiled when the build is configured, never run. */
#version 450
#pragma use_vulkan_memory_model
#extension GL_GOOGLE_include_directive : require
#include "common/matrix.glsl"

layout (local_size_x = 32) in;
layout (constant_id = 0) const uint SIZE = 16;

layout (std430, set = 0, binding = 0) buffer Data { uvec4 data[]; };

void
main ()
{
  MATRIX_A (SIZE, SIZE, SIZE) a;
  MATRIX_B (SIZE, SIZE, SIZE) b;
  MATRIX_C (SIZE, SIZE, SIZE) c = MATRIX_ZERO (MATRIX_C (SIZE, SIZE, SIZE));

  MATRIX_LOAD (a, data, 0, SIZE / 8u);
  MATRIX_LOAD (b, data, 0, SIZE / 8u);
  c = MATRIX_MULTIPLY_ADD (a, b, c);
  MATRIX_STORE_COLUMNS (c, data, 0, SIZE / 4u);
}
