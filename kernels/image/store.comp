/* gst-stylegan: a tensor to a frame's rows, as sg_image_store () does
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * tensor: [1,CHANNELS,height,width], f32 or f16; rows: vulkan/frame.h
 * sample[i] = sum_j matrix[i][j] * value[j] + matrix[i][3], the mean of the pixels that
 * a sample of chroma stands for, rounded and clipped. Alpha is source's.
 *
 * An invocation has a block of COLUMNS x ROWS pixels, whole words of each component;
 * x and y in blocks. What is not a sample is written as 0. */
#version 450
#define TRANSFER_BINDING 3
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "image/frame.glsl"
#include "image/transfer.glsl"

/* Words of a group in a block, at most; VK_FRAME_MAX_WORDS. */
#define MAX_WORDS 32
/* Samples of a subsampled component in a block: of 16 x 4 pixels, half. */
#define MAX_SUMS 32

TENSOR_IN (tensor, 0, F16)
layout (std430, set = 0, binding = 1) readonly buffer Source {
  uint source[];
};
layout (std430, set = 0, binding = 2) writeonly buffer Rows {
  uint rows[];
};

uint words[4][MAX_WORDS];
float sums[3][MAX_SUMS];

/* Puts the bytes of a sample into their word. @x: pixels, in the block. */
void
put (uint i, uint x, uint y, uint bits)
{
  const uint byte = sample_byte (i, x);

  words[GROUP[i]][(y >> V_SUB[i]) * block_words (i) + (byte >> 2)] |=
      bits << (byte & 3u) * 8u;
}

void
put_value (uint i, uint x, uint y, float v)
{
  v = clamp (v, 0.0, float ((1u << DEPTH) - 1u));
  put (i, x, y, swap_bytes (uint (v + 0.5) << SHIFT));
}

/* Channel @c of four pixels, of which those beyond the frame may be any. */
vec4
load_4 (uint c, uint x, uint y)
{
  const uint row = (c * push.height + min (y, push.height - 1u)) * push.width;
  const uint last = push.width - 1u;

  if (WIDTH_UNIT == 4u)
    return tensor_load4 (row + min (x, push.width - 4u));
  if (WIDTH_UNIT == 2u)
    return vec4 (tensor_load2 (row + min (x, push.width - 2u)),
        tensor_load2 (row + min (x + 2u, push.width - 2u)));
  return vec4 (tensor_load (row + min (x, last)),
      tensor_load (row + min (x + 1u, last)),
      tensor_load (row + min (x + 2u, last)),
      tensor_load (row + min (x + 3u, last)));
}

/* Not a number is black. Tested in the bits: compilers may think there are none. */
float
limit (float v)
{
  const bool nan = (floatBitsToUint (v) & 0x7fffffffu) > 0x7f800000u;

  return nan ? push.middle :
      clamp (v, push.middle - push.limit, push.middle + push.limit);
}

vec3
samples (vec3 v)
{
  v = combine (vec3 (limit (v.x), limit (v.y), limit (v.z)), matrix_row (0u),
      matrix_row (1u), matrix_row (2u));
  if (TRANSFER)
    v = convert_primaries (v, 1u);
  return v;
}

void
put_or_add (uint i, uint x, uint y, bool inside, float v)
{
  if (H_SUB[i] == 0u && V_SUB[i] == 0u)
    put_value (i, x, y, v);
  else
    sums[i][(y >> V_SUB[i]) * (COLUMNS >> H_SUB[i]) + (x >> H_SUB[i])] +=
        inside ? v : 0.0;
}

void
put_pixel (uvec2 start, uint x, uint y, vec3 v)
{
  const bool inside = start.x + x < push.width && start.y + y < push.height;

  put_or_add (0u, x, y, inside, v.x);
  if (N_COMPONENTS > 1u) {
    put_or_add (1u, x, y, inside, v.y);
    put_or_add (2u, x, y, inside, v.z);
  }
}

/* The pixels of a sample from @start on, in one direction. */
uint
pixels (uint start, uint sub, uint end)
{
  return start < end ? min (1u << sub, end - start) : 1u;
}

void
put_means (uvec2 start, uint i)
{
  if (H_SUB[i] == 0u && V_SUB[i] == 0u)
    return;
  [[unroll]] for (uint y = 0u; y < ROWS; y += 1u << V_SUB[i]) {
    [[unroll]] for (uint x = 0u; x < COLUMNS; x += 1u << H_SUB[i]) {
      const uint n = pixels (start.x + x, H_SUB[i], push.width)
          * pixels (start.y + y, V_SUB[i], push.height);
      const float sum =
          sums[i][(y >> V_SUB[i]) * (COLUMNS >> H_SUB[i]) + (x >> H_SUB[i])];

      put_value (i, x, y, sum / float (n));
    }
  }
}

void
copy_alpha (uvec2 start, uint block)
{
  [[unroll]] for (uint y = 0u; y < ROWS; y += 1u << V_SUB[3]) {
    const uint at = block_at (3u, start.y + y, block);

    [[unroll]] for (uint x = 0u; x < COLUMNS; x += 1u << H_SUB[3]) {
      const uint byte = sample_byte (3u, x);

      put (3u, x, y, bitfieldExtract (source[at + (byte >> 2)],
              int (byte & 3u) * 8, int (BYTES) * 8));
    }
  }
}

/* The rows of the group that component @i is the first of. */
void
write_group (uvec2 start, uint block, uint i)
{
  [[unroll]] for (uint j = 0u; j < i; j++) {
    if (GROUP[j] == GROUP[i] && j < N_COMPONENTS)
      return;
  }
  [[unroll]] for (uint y = 0u; y < ROWS; y += 1u << V_SUB[i]) {
    const uint at = block_at (i, start.y + y, block);

    [[unroll]] for (uint k = 0u; k < block_words (i); k++)
      rows[at + k] = words[GROUP[i]][(y >> V_SUB[i]) * block_words (i) + k];
  }
}

void
main ()
{
  const uint block = gl_GlobalInvocationID.x;
  const uvec2 start = gl_GlobalInvocationID.xy * uvec2 (COLUMNS, ROWS);

  if (start.x >= push.width || start.y >= push.height)
    return;

  [[unroll]] for (uint g = 0u; g < 4u; g++) {
    [[unroll]] for (uint k = 0u; k < MAX_WORDS; k++)
      words[g][k] = 0u;
  }
  [[unroll]] for (uint i = 0u; i < 3u; i++) {
    [[unroll]] for (uint k = 0u; k < MAX_SUMS; k++)
      sums[i][k] = 0.0;
  }
  [[unroll]] for (uint y = 0u; y < ROWS; y++) {
    [[unroll]] for (uint x = 0u; x < COLUMNS; x += 4u) {
      const vec4 a = load_4 (0u, start.x + x, start.y + y);
      const vec4 b = CHANNELS > 1u ? load_4 (1u, start.x + x, start.y + y) : a;
      const vec4 c = CHANNELS > 1u ? load_4 (2u, start.x + x, start.y + y) : a;

      [[unroll]] for (uint k = 0u; k < 4u; k++)
        put_pixel (start, x + k, y, samples (vec3 (a[k], b[k], c[k])));
    }
  }
  /* calls, no loop: a loop around loops may stay one */
  put_means (start, 0u);
  if (N_COMPONENTS > 1u) {
    put_means (start, 1u);
    put_means (start, 2u);
  }
  if (ALPHA)
    copy_alpha (start, block);
  write_group (start, block, 0u);
  if (N_COMPONENTS > 1u) {
    write_group (start, block, 1u);
    write_group (start, block, 2u);
  }
  if (ALPHA)
    write_group (start, block, 3u);
}
