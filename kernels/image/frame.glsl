/* gst-stylegan: what image/load and image/store share
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Frames are rows of 32 bit words (vulkan/frame.h). Components that interleave in
 * memory are a group and share their rows. A row is a whole number of blocks of
 * COLUMNS pixels, a block a whole number of words: what word and bits a sample of a
 * block is in is known when the pipeline is made, once the loops are unrolled. */
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/frame.h"

layout (local_size_x = 32, local_size_y = 4) in;

layout (constant_id = 0) const uint COLUMNS = 4;        /* 4, 8, 16 */
layout (constant_id = 1) const uint ROWS = 1;   /* 1, 2, 4: largest subsampling */
layout (constant_id = 2) const uint BYTES = 1;  /* of a sample: 1, 2 */
layout (constant_id = 3) const uint DEPTH = 8;
layout (constant_id = 4) const uint SHIFT = 0;
layout (constant_id = 5) const bool BIG_ENDIAN = false;
layout (constant_id = 6) const uint N_COMPONENTS = 3;   /* 1, 3 */
layout (constant_id = 7) const bool ALPHA = false;
layout (constant_id = 8) const uint CHANNELS = 3;       /* 1, 3 */
layout (constant_id = 9) const bool F16 = false;
layout (constant_id = 10) const bool TRANSFER = false;
/* 1, 2, 4: divides the width */
layout (constant_id = 11) const uint WIDTH_UNIT = 1;
layout (constant_id = 12) const uint STEP_0 = 1;
layout (constant_id = 13) const uint STEP_1 = 1;
layout (constant_id = 14) const uint STEP_2 = 1;
layout (constant_id = 15) const uint STEP_3 = 1;
layout (constant_id = 16) const uint OFFSET_0 = 0;
layout (constant_id = 17) const uint OFFSET_1 = 0;
layout (constant_id = 18) const uint OFFSET_2 = 0;
layout (constant_id = 19) const uint OFFSET_3 = 0;
layout (constant_id = 20) const uint H_SUB_0 = 0;
layout (constant_id = 21) const uint H_SUB_1 = 0;
layout (constant_id = 22) const uint H_SUB_2 = 0;
layout (constant_id = 23) const uint H_SUB_3 = 0;
layout (constant_id = 24) const uint V_SUB_0 = 0;
layout (constant_id = 25) const uint V_SUB_1 = 0;
layout (constant_id = 26) const uint V_SUB_2 = 0;
layout (constant_id = 27) const uint V_SUB_3 = 0;
layout (constant_id = 28) const uint GROUP_0 = 0;
layout (constant_id = 29) const uint GROUP_1 = 1;
layout (constant_id = 30) const uint GROUP_2 = 2;
layout (constant_id = 31) const uint GROUP_3 = 3;

const uvec4 STEP = uvec4 (STEP_0, STEP_1, STEP_2, STEP_3);
const uvec4 OFFSET = uvec4 (OFFSET_0, OFFSET_1, OFFSET_2, OFFSET_3);
const uvec4 H_SUB = uvec4 (H_SUB_0, H_SUB_1, H_SUB_2, H_SUB_3);
const uvec4 V_SUB = uvec4 (V_SUB_0, V_SUB_1, V_SUB_2, V_SUB_3);
const uvec4 GROUP = uvec4 (GROUP_0, GROUP_1, GROUP_2, GROUP_3);

/* Words of component @i's rows in a block. */
uint
block_words (uint i)
{
  return (COLUMNS * STEP[i] >> H_SUB[i]) >> 2;
}

/* Where a block of rows begins: pixel row @y, block @block of the row. */
uint
block_at (uint i, uint y, uint block)
{
  return push.base[GROUP[i]] + (y >> V_SUB[i]) * push.row[GROUP[i]]
      + block * block_words (i);
}

/* Byte of the sample that pixel column @x of a row or block has. */
uint
sample_byte (uint i, uint x)
{
  return (x >> H_SUB[i]) * STEP[i] + OFFSET[i];
}

uint
swap_bytes (uint sample_bits)
{
  if (BYTES == 2 && BIG_ENDIAN)
    return (sample_bits & 0xffu) << 8 | sample_bits >> 8;
  return sample_bits;
}

vec3
combine (vec3 v, vec4 row_0, vec4 row_1, vec4 row_2)
{
  return fma (v.xxx, vec3 (row_0.x, row_1.x, row_2.x),
      fma (v.yyy, vec3 (row_0.y, row_1.y, row_2.y),
          fma (v.zzz, vec3 (row_0.z, row_1.z, row_2.z),
              vec3 (row_0.w, row_1.w, row_2.w))));
}

vec4
matrix_row (uint i)
{
  return vec4 (push.matrix[i][0], push.matrix[i][1], push.matrix[i][2],
      push.matrix[i][3]);
}
