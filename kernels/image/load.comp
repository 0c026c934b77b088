/* gst-stylegan: a frame's rows to a tensor, as sg_image_load () does
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * rows: vulkan/frame.h; tensor: [1,CHANNELS,height,width], f32 or f16
 * value[c] = sum_j matrix[c][j] * sample[j] + matrix[c][3], chroma repeated
 *
 * An invocation has COLUMNS pixels of a row: x in blocks, y in rows. Where a row of
 * f16 has an odd number of pixels, words belong to two rows or two channels: then an
 * invocation has a word, and the groups are a line (linear_invocation ()). */
#version 450
#define TRANSFER_BINDING 2
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "image/frame.glsl"
#include "image/transfer.glsl"

layout (std430, set = 0, binding = 0) readonly buffer Rows {
  uint rows[];
};
TENSOR_OUT (tensor, 1, F16)

/* @at: word where the row or block begins; @x: column in it */
float
fetch (uint i, uint at, uint x)
{
  const uint byte = sample_byte (i, x);
  const uint word = rows[at + (byte >> 2)];
  const uint bits = bitfieldExtract (word, int (byte & 3u) * 8, int (BYTES) * 8);

  return float (bitfieldExtract (swap_bytes (bits), int (SHIFT), int (DEPTH)));
}

vec3
pixel (uvec3 at, uint x)
{
  vec3 v;

  v.x = fetch (0u, at.x, x);
  v.yz = vec2 (0.0);
  if (N_COMPONENTS > 1u) {
    v.y = fetch (1u, at.y, x);
    v.z = fetch (2u, at.z, x);
  }
  v = combine (v, matrix_row (0u), matrix_row (1u), matrix_row (2u));
  if (TRANSFER)
    v = convert_primaries (v, 0u);
  return v;
}

uvec3
blocks_at (uint y, uint block)
{
  return uvec3 (block_at (0u, y, block), block_at (1u, y, block),
      block_at (2u, y, block));
}

/* Element @i of the tensor. */
float
element (uint i)
{
  const uint size = push.width * push.height;
  const uint c = i / size;
  const uint y = i % size / push.width;

  return c < CHANNELS ?
      pixel (blocks_at (y, 0u), i % size % push.width)[c] : 0.0;
}

void
store_words ()
{
  const uint n = CHANNELS * push.width * push.height;
  const uint i = ((gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x)
      * (gl_WorkGroupSize.x * gl_WorkGroupSize.y) + gl_LocalInvocationIndex)
      * 2u;

  if (i < n)
    tensor_store2 (i, vec2 (element (i), element (i + 1u)));
}

/* Four values from element @i on, of which @n are in the row. */
void
store_4 (uint i, vec4 v, uint n)
{
  if (WIDTH_UNIT == 4u) {
    tensor_store4 (i, v);
  } else if (WIDTH_UNIT == 2u) {
    tensor_store2 (i, v.xy);
    if (n > 2u)
      tensor_store2 (i + 2u, v.zw);
  } else {
    [[unroll]] for (uint k = 0u; k < 4u; k++) {
      if (k < n)
        tensor_store (i + k, v[k]);
    }
  }
}

void
main ()
{
  if (F16 && WIDTH_UNIT == 1u) {
    store_words ();
    return;
  }

  const uint block = gl_GlobalInvocationID.x, x0 = block * COLUMNS;
  const uint y = gl_GlobalInvocationID.y;

  if (x0 >= push.width || y >= push.height)
    return;

  const uvec3 at = blocks_at (y, block);

  [[unroll]] for (uint x = 0u; x < COLUMNS; x += 4u) {
    vec3 v[4];

    if (x0 + x >= push.width)
      return;
    [[unroll]] for (uint k = 0u; k < 4u; k++)
      v[k] = pixel (at, x + k);
    [[unroll]] for (uint c = 0u; c < CHANNELS; c++)
      store_4 ((c * push.height + y) * push.width + x0 + x,
          vec4 (v[0][c], v[1][c], v[2][c], v[3][c]), push.width - x0 - x);
  }
}
