/* gst-stylegan: what all convolution kernels share
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * conv and conv_transpose are both run as PHASES_Y x PHASES_X ordinary convolutions
 * of x: output row oy = PHASES_Y * t + p reads input rows
 *   i = t * STRIDE_Y + offset (p) + ky * DILATION_Y,   ky < taps (p) <= KERNEL_Y
 * of the upsampled, padded x, and the same for columns. An ordinary convolution has
 * one phase. A transposed one of stride s has s phases, each with every s-th tap. Of
 * upsampling by u before a kernel of stride 1, phase p sees every sample of x once
 * where the kernel meets it up to u times: the weights are added up when they are
 * packed, and a 3x3 kernel behind upsampling by 2 has 2x2 taps left.
 *
 * Bindings, all storage buffers (unused ones are bound to anything):
 *   0 x [N,C,H,W], 1 weights (packed, see each kernel), 2 bias [M] f32,
 *   3 scale_shift [N,2,C] f32, 4 residual as y, 5 y [N,M,H',W'],
 *   6 moments' parts (common/moments.glsl), one per workgroup and channel
 * STORAGE_F16: x, residual and y are f16, else f32. Sums are f32. */
#extension GL_EXT_control_flow_attributes : require
#ifdef STORAGE_F16
#extension GL_EXT_shader_16bit_storage : require
#define STORED float16_t
#else
#define STORED float
#endif
#include "common/activation.glsl"
#include "common/moments.glsl"
#include "push/conv.h"

/* Same numbers in vulkan/conv_private.h. */
layout (constant_id = 0) const int KERNEL_Y = 1;
layout (constant_id = 1) const int KERNEL_X = 1;
layout (constant_id = 2) const int STRIDE_Y = 1;
layout (constant_id = 3) const int STRIDE_X = 1;
layout (constant_id = 4) const int DILATION_Y = 1;
layout (constant_id = 5) const int DILATION_X = 1;
layout (constant_id = 6) const uint PHASES_Y = 1;
layout (constant_id = 7) const uint PHASES_X = 1;
layout (constant_id = 8) const uint PAD_MODE = 0;
layout (constant_id = 9) const int UPSAMPLE = 1;
layout (constant_id = 10) const uint INPUT_KIND = 0;
layout (constant_id = 11) const float INPUT_ALPHA = 0;
layout (constant_id = 12) const float INPUT_BETA = 0;
layout (constant_id = 13) const uint KIND = 0;
layout (constant_id = 14) const float ALPHA = 0;
layout (constant_id = 15) const float BETA = 0;
layout (constant_id = 16) const uint FLAGS = 0;
layout (constant_id = 17) const uint SHUFFLE = 1;

const bool HAS_BIAS = (FLAGS & 1u) != 0u;
const bool HAS_AFFINE = (FLAGS & 2u) != 0u;
const bool HAS_RESIDUAL = (FLAGS & 4u) != 0u;
const bool HAS_MOMENTS = (FLAGS & 8u) != 0u;
const bool SHUFFLE_CRD = (FLAGS & 16u) != 0u;

/* SgPadMode */
const uint PAD_CONSTANT = 0u;
const uint PAD_REFLECT = 1u;
const uint PAD_EDGE = 2u;

layout (std430, set = 0, binding = 0) readonly buffer X { STORED x[]; };
layout (std430, set = 0, binding = 2) readonly buffer Bias { float bias[]; };
layout (std430, set = 0, binding = 3) readonly buffer Affine { float affine[]; };
layout (std430, set = 0, binding = 4) readonly buffer Residual {
  STORED residual[];
};
layout (std430, set = 0, binding = 5) writeonly buffer Y { STORED y[]; };
layout (std430, set = 0, binding = 6) writeonly buffer Parts { float parts[]; };

/* Row or column of x, of which there are @n, at place @i of the upsampled, padded
 * one; -1: a zero. Tiles may reach beyond what the output needs: those get any. */
int
conv_place (int i, uint n)
{
  const int up = int (n) * UPSAMPLE;

  if (PAD_MODE == PAD_CONSTANT)
    return i >= 0 && i < up ? (UPSAMPLE == 1 ? i : i / UPSAMPLE) : -1;
  if (PAD_MODE == PAD_REFLECT) {
    i = abs (i);
    i = i >= up ? 2 * (up - 1) - i : i;
  } else if (PAD_MODE != PAD_EDGE) {
    i = i < 0 ? i + up : i;
    i = i >= up ? i - up : i;
  }
  i = clamp (i, 0, up - 1);
  return UPSAMPLE == 1 ? i : i / UPSAMPLE;
}

ivec2
conv_offset (uvec2 phase)
{
  return ivec2 (int (push.offset[phase.x]) >> 16,
      int (push.offset[phase.y] << 16) >> 16);
}

uvec2
conv_taps (uvec2 phase)
{
  return uvec2 (push.taps[phase.x] >> 16, push.taps[phase.y] & 0xffffu);
}

float
conv_input (float v, float scale, float shift)
{
  if (HAS_AFFINE)
    v = fma (v, scale, shift);
  return activate (v, INPUT_KIND, INPUT_ALPHA, INPUT_BETA);
}

/* @v: the sum of products. @n: image; @m: channel; @at: column and row. Writes y and
 * returns it in f32, as the moments take it: before it is rounded to f16. */
float
conv_finish (float v, float bias_of_m, uint n, uint m, uvec2 at)
{
  const uint plane = n * push.out_channels + m;

  v += bias_of_m;
  if (HAS_RESIDUAL)
    v += float (residual[(plane * push.out_h + at.y) * push.out_w + at.x]);
  v = activate (v, KIND, ALPHA, BETA);
  if (SHUFFLE <= 1u) {
    y[(plane * push.out_h + at.y) * push.out_w + at.x] = STORED (v);
  } else {
    const uint area = SHUFFLE * SHUFFLE, depth = push.out_channels / area;
    const uint c = SHUFFLE_CRD ? m / area : m % depth;
    const uint block = SHUFFLE_CRD ? m % area : m / depth;
    const uvec2 to = at * SHUFFLE + uvec2 (block % SHUFFLE, block / SHUFFLE);

    y[((n * depth + c) * push.out_h * SHUFFLE + to.y) * push.out_w * SHUFFLE
        + to.x] = STORED (v);
  }
  return v;
}

float
conv_bias (uint m)
{
  return HAS_BIAS ? bias[m] : 0.0;
}

/* Row of moments' parts for channel @m of image @n, part @index: common/moments.glsl.
 * Taken of y in f32, before it is rounded to f16. */
void
conv_part (uint n, uint m, uint index, vec3 part)
{
  const uint at = ((n * push.out_channels + m) * push.parts + index) * 3u;

  parts[at] = part.x;
  parts[at + 1u] = part.y;
  parts[at + 2u] = part.z;
}

/* The workgroup's part: of its tile and phase. */
uint
conv_part_index ()
{
  return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
}
