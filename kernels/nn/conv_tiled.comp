/* gst-stylegan: convolution as a product of matrices, without matrix units
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See common/conv.glsl. y [TILE_M channels x pixels of a 2-D tile] = sum over c, ky, kx.
 * Per CHUNK input channels, the input under the tile with its halo is brought into
 * shared memory once, as the taps see it: padded, upsampled, scaled, activated. Then
 * the weights of ROWS rows of taps at a time.
 * An invocation has TM channels of TN pixels: per tap and input channel it reads TN
 * values and TM / 4 vectors of weights for TM * TN products; at 8 x 8 that is 10 reads
 * for 64. Its pixels lie NT apart, so that neighbours read neighbouring words; of
 * weights, all invocations of a subgroup read the same one or two.
 * x: tiles in a row and phases, y: rows of tiles and phases, z: images, blocks
 * Shared memory: cells of CHUNK * IN_H * IN_W + ROWS * KERNEL_X * CHUNK * TILE_M
 *
 * Weights: [phase y][phase x][group][block][chunk][ky][kx][c of CHUNK][TILE_M], f32.
 *
 * SHARED_F16: f16 in shared memory and products of f16, summed up in f32 (a product of
 * two f16 is exact in f32); otherwise all is f32. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/conv.glsl"
#ifdef SHARED_F16
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#define CELL float16_t
#define CELL4 f16vec4
#else
#define CELL float
#define CELL4 vec4
#endif

layout (constant_id = 18) const uint TILE_M = 32;
layout (constant_id = 19) const uint TILE_W = 16;
layout (constant_id = 20) const uint TILE_H = 8;
layout (constant_id = 21) const uint TM = 8;
layout (constant_id = 22) const uint TN = 8;
layout (constant_id = 23) const uint CHUNK = 8;
layout (constant_id = 24) const uint ROWS = 1;
layout (local_size_x_id = 25) in;

const uint THREADS = gl_WorkGroupSize.x;
/* invocations that share TM channels; a multiple of TILE_W */
const uint NT = TILE_W * TILE_H / TN;
const uint IN_W = (TILE_W - 1u) * uint (STRIDE_X)
    + uint ((KERNEL_X - 1) * DILATION_X) + 1u;
const uint IN_H = (TILE_H - 1u) * uint (STRIDE_Y)
    + uint ((KERNEL_Y - 1) * DILATION_Y) + 1u;
const uint STAGE = ROWS * uint (KERNEL_X) * CHUNK * TILE_M / 4u;

layout (std430, set = 0, binding = 1) readonly buffer Weights {
  vec4 weights[];
};

shared CELL tile[CHUNK * IN_H * IN_W];
shared CELL4 taps[STAGE];

#define MOMENTS_CHANNELS TILE_M
#define MOMENTS_SLOTS NT
#include "common/conv_moments.glsl"

float acc[TM * TN];

/* @first: channel of the group's, @from: column and row of the tile's first tap */
void
load_tile (uint n, uint group, uint first, ivec2 from)
{
  for (uint i = gl_LocalInvocationIndex; i < CHUNK * IN_H * IN_W; i += THREADS) {
    const uint c = i / (IN_H * IN_W), at = i % (IN_H * IN_W);
    const int iy = conv_place (from.y + int (at / IN_W), push.in_h);
    const int ix = conv_place (from.x + int (at % IN_W), push.in_w);
    float v = 0.0;

    if ((iy | ix) >= 0 && first + c < push.group_in) {
      const uint channel = group * push.group_in + first + c;
      float scale = 1.0, shift = 0.0;

      if (HAS_AFFINE) {
        scale = affine[n * 2u * push.in_channels + channel];
        shift = affine[(n * 2u + 1u) * push.in_channels + channel];
      }
      v = conv_input (float (x[((n * push.in_channels + channel) * push.in_h
                      + uint (iy)) * push.in_w + uint (ix)]), scale, shift);
    }
    tile[i] = CELL (v);
  }
}

/* @rows: of taps, that are there; @ky: the first */
void
multiply (uint ky, uint tm, uint base)
{
  for (uint r = 0; r < ROWS; r++) {
    for (uint kx = 0; kx < uint (KERNEL_X); kx++) {
      const uint at = base + (ky + r) * uint (DILATION_Y) * IN_W
          + kx * uint (DILATION_X);

      for (uint c = 0; c < CHUNK; c++) {
        const uint w = (((r * uint (KERNEL_X) + kx) * CHUNK + c) * TILE_M
            + tm * TM) / 4u;
        float v[TN];

        [[unroll]] for (uint j = 0; j < TN; j++)
          v[j] = float (tile[at + c * IN_H * IN_W
                  + j * (NT / TILE_W) * uint (STRIDE_Y) * IN_W]);
        [[unroll]] for (uint i = 0; i < TM / 4u; i++) {
          const vec4 weight = vec4 (taps[w + i]);

          [[unroll]] for (uint k = 0; k < 4u; k++)
            [[unroll]] for (uint j = 0; j < TN; j++)
              acc[(i * 4u + k) * TN + j] =
                  fma (weight[k], v[j], acc[(i * 4u + k) * TN + j]);
        }
      }
    }
  }
}

/* @m: first channel of the tile; @end: of the group */
void
finish (uint n, uint first, uint end, uint tm, uvec2 t, uvec2 phase)
{
  [[unroll]] for (uint i = 0; i < TM; i++) {
    const uint m = first + tm * TM + i;
    const float bias_of_m = m < end ? conv_bias (m) : 0.0;
    vec3 part = vec3 (0.0);

    [[unroll]] for (uint j = 0; j < TN; j++) {
      const uvec2 at = (t + uvec2 (0u, j * (NT / TILE_W)))
          * uvec2 (PHASES_X, PHASES_Y) + phase;

      if (m < end && at.x < push.out_w && at.y < push.out_h) {
        const float v = conv_finish (acc[i * TN + j], bias_of_m, n, m, at);

        if (HAS_MOMENTS)
          part = moments_add (part, v);
      }
    }
    if (HAS_MOMENTS)
      conv_moments_put (tm * TM + i, gl_LocalInvocationIndex % NT, part);
  }
  if (HAS_MOMENTS)
    conv_moments_write (n, first, end);
}

void
main ()
{
  const uvec2 phase = gl_WorkGroupID.xy % uvec2 (PHASES_X, PHASES_Y);
  const uvec2 corner = gl_WorkGroupID.xy / uvec2 (PHASES_X, PHASES_Y)
      * uvec2 (TILE_W, TILE_H);
  const uint n = gl_WorkGroupID.z / push.blocks;
  const uint block = gl_WorkGroupID.z % push.blocks;
  const uint per_group = (push.group_out + TILE_M - 1u) / TILE_M;
  const uint group = block / per_group;
  const uint first = group * push.group_out + block % per_group * TILE_M;
  const uint tm = gl_LocalInvocationIndex / NT, tn = gl_LocalInvocationIndex % NT;
  const uvec2 t = uvec2 (tn % TILE_W, tn / TILE_W);
  const uint base = t.y * uint (STRIDE_Y) * IN_W + t.x * uint (STRIDE_X);
  const ivec2 from = ivec2 (corner) * ivec2 (STRIDE_X, STRIDE_Y)
      + conv_offset (phase);
  const uint taps_y = conv_taps (phase).y;
  uint w = ((phase.y * PHASES_X + phase.x) * push.phase_weights) / 4u
      + block * push.chunks * (uint (KERNEL_Y * KERNEL_X) * CHUNK * TILE_M / 4u);

  [[unroll]] for (uint i = 0; i < TM * TN; i++)
    acc[i] = 0.0;
  for (uint chunk = 0; chunk < push.chunks; chunk++) {
    for (uint ky = 0; ky < uint (KERNEL_Y); ky += ROWS, w += STAGE) {
      /* not 0 in ROWS rows at a time */
      if (ROWS == 1u && ky >= taps_y)
        continue;
      barrier ();
      if (ky == 0u)
        load_tile (n, group, chunk * CHUNK, from);
      for (uint i = gl_LocalInvocationIndex; i < STAGE; i += THREADS)
        taps[i] = CELL4 (weights[w + i]);
      barrier ();
      multiply (ky, tm, base);
    }
  }
  finish (n, first, (group + 1u) * push.group_out, tm, corner + t, phase);
}
