/* gst-stylegan: convolution, each invocation by itself
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Any group, kernel, stride, dilation and everything fused: see common/conv.glsl.
 * An invocation has BLOCK channels of COLUMNS neighbouring pixels of a row of one
 * phase. A row of x under the window is loaded once for all taps in it and all
 * channels; so weights are loaded once for all columns.
 * x: columns of pixels and phases, y: rows and phases, z: images, blocks of channels
 *
 * Weights: f32 [phase y][phase x][group][block][c][ky][kx][BLOCK].
 *
 * LANES: the weights of a row are loaded by the subgroup together, each lane one of
 * them, and handed round. A GPU loads what is the same for all lanes once anyway;
 * lavapipe loads it for each lane, one after the other, and that is what its time
 * goes into otherwise. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/conv.glsl"
#ifdef LANES
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#endif

layout (constant_id = 18) const uint BLOCK = 4;
layout (constant_id = 19) const int COLUMNS = 4;
layout (constant_id = 20) const uint SUBGROUP = 8;
/* Kernels too wide to unroll: one tap at a time. */
layout (constant_id = 21) const bool WIDE = false;
/* All rows of a kernel are unrolled, not only the taps in them. */
layout (constant_id = 22) const bool UNROLL = false;
layout (local_size_x_id = 23, local_size_y_id = 24) in;

#define MOMENTS_CHANNELS BLOCK
#define MOMENTS_SLOTS (gl_WorkGroupSize.x * gl_WorkGroupSize.y)
#include "common/conv_moments.glsl"

layout (std430, set = 0, binding = 1) readonly buffer Weights {
  float weights[];
};

const int TAPS = WIDE ? 1 : KERNEL_X;
const int SPAN = (COLUMNS - 1) * STRIDE_X + (TAPS - 1) * DILATION_X + 1;
const uint ROW = uint (TAPS) * BLOCK;
const uint LOADS = (ROW + SUBGROUP - 1u) / SUBGROUP;

float acc[BLOCK * COLUMNS];

/* One row of the window. @base: of the plane in x; @row: of it; @w: weights of the
 * row's taps. Loads do not depend on a condition: branches cost more. */
void
add_row (uint base, int row, int places[SPAN], float scale, float shift, uint w)
{
  const uint begin = base + uint (max (row, 0)) * push.in_w;
  float v[SPAN];

  [[unroll]] for (int i = 0; i < SPAN; i++) {
    const float value = conv_input (float (x[begin + uint (max (places[i], 0))]),
        scale, shift);

    v[i] = (row | places[i]) < 0 ? 0.0 : value;
  }
#ifdef LANES
  float mine[LOADS];
  [[unroll]] for (uint i = 0; i < LOADS; i++)
    mine[i] = weights[w + i * SUBGROUP + gl_SubgroupInvocationID];
#endif
  [[unroll]] for (int k = 0; k < TAPS; k++) {
    [[unroll]] for (uint o = 0; o < BLOCK; o++) {
      const uint i = uint (k) * BLOCK + o;
#ifdef LANES
      const float weight = subgroupShuffle (mine[i / SUBGROUP], i % SUBGROUP);
#else
      const float weight = weights[w + i];
#endif
      [[unroll]] for (int p = 0; p < COLUMNS; p++)
        acc[o * COLUMNS + p] = fma (weight,
            v[p * STRIDE_X + k * DILATION_X], acc[o * COLUMNS + p]);
    }
  }
}

/* All rows of the window in a plane. @places: of columns */
void
add_plane (uint base, int from, int places[SPAN], float scale, float shift, uint w)
{
  const uint step = uint (KERNEL_X) * BLOCK;

  if (UNROLL) {
    [[unroll]] for (int ky = 0; ky < KERNEL_Y; ky++)
      add_row (base, conv_place (from + ky * DILATION_Y, push.in_h), places, scale,
          shift, w + uint (ky) * step);
  } else {
    for (int ky = 0; ky < KERNEL_Y; ky++)
      add_row (base, conv_place (from + ky * DILATION_Y, push.in_h), places, scale,
          shift, w + uint (ky) * step);
  }
}

/* @from: of the phase's taps, column and row. @w: weights of the group's block */
void
add_channels (uint n, uint group, ivec2 from, uint w)
{
  const int wide_taps = WIDE ? KERNEL_X : 1;
  int places[SPAN];

  for (int wide = 0; wide < wide_taps; wide++) {
    [[unroll]] for (int i = 0; i < SPAN; i++)
      places[i] = conv_place (from.x + wide * DILATION_X + i, push.in_w);
    for (uint c = 0; c < push.group_in; c++) {
      const uint channel = group * push.group_in + c;
      float scale = 1.0, shift = 0.0;

      if (HAS_AFFINE) {
        scale = affine[n * 2u * push.in_channels + channel];
        shift = affine[(n * 2u + 1u) * push.in_channels + channel];
      }
      add_plane ((n * push.in_channels + channel) * push.in_h * push.in_w, from.y,
          places, scale, shift, w + (c * uint (KERNEL_Y * KERNEL_X)
              + uint (wide)) * BLOCK);
    }
  }
}

void
main ()
{
  const uvec2 phase = gl_WorkGroupID.xy % uvec2 (PHASES_X, PHASES_Y);
  const uvec2 t = gl_WorkGroupID.xy / uvec2 (PHASES_X, PHASES_Y)
      * gl_WorkGroupSize.xy + gl_LocalInvocationID.xy;
  const uint n = gl_WorkGroupID.z / push.blocks;
  const uint block = gl_WorkGroupID.z % push.blocks;
  const uint per_group = (push.group_out + BLOCK - 1u) / BLOCK;
  const uint group = block / per_group, first = block % per_group * BLOCK;
  const uint oy = t.y * PHASES_Y + phase.y;
  const ivec2 from = ivec2 (t) * ivec2 (COLUMNS * STRIDE_X, STRIDE_Y)
      + conv_offset (phase);

  [[unroll]] for (uint i = 0; i < BLOCK * COLUMNS; i++)
    acc[i] = 0.0;
  add_channels (n, group, from, (phase.y * PHASES_X + phase.x)
      * push.phase_weights + block * push.group_in
      * uint (KERNEL_Y * KERNEL_X) * BLOCK);
  [[unroll]] for (uint o = 0; o < BLOCK; o++) {
    const uint m = group * push.group_out + first + o;
    const bool has = first + o < push.group_out;
    const float bias_of_m = has ? conv_bias (m) : 0.0;
    vec3 part = vec3 (0.0);

    [[unroll]] for (uint p = 0; p < COLUMNS; p++) {
      const uint ox = (t.x * COLUMNS + p) * PHASES_X + phase.x;

      if (has && ox < push.out_w && oy < push.out_h) {
        const float v = conv_finish (acc[o * COLUMNS + p], bias_of_m, n, m,
            uvec2 (ox, oy));

        if (HAS_MOMENTS)
          part = moments_add (part, v);
      }
    }
    if (HAS_MOMENTS)
      conv_moments_put (o, gl_LocalInvocationIndex, part);
  }
  if (HAS_MOMENTS)
    conv_moments_write (n, group * push.group_out + first,
        (group + 1u) * push.group_out);
}
