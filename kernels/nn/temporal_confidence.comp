/* gst-stylegan: temporal_confidence (now, before [1,1,H,W], scene, flow or none)
 * -> [1,1,H,W]
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * c = exp (-gain max (0, mean over 3 x 3 of (now - before)^2 - 2 noise^2)), 0 where FLOW
 * leads out of the picture (ops/temporal.h). scene f32, the others f32 or f16 alike.
 * An invocation has 8 elements of c (common/rows.glsl). WHOLE: the width is a multiple
 * of 8, sums of columns are shared.
 * Memory, 1920x1080 f16, blocks of 4: 13 MB (2 x 4.1 in, 4.1 out, vectors). */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/activation.glsl"
#include "common/flow.glsl"
#include "common/rows.glsl"
#include "push/temporal_confidence.h"

layout (local_size_x_id = 0, local_size_y_id = 1) in;
layout (constant_id = 2) const bool F16 = false;
layout (constant_id = 3) const bool WHOLE = false;
layout (constant_id = 4) const bool FLOW = false;
layout (constant_id = 5) const bool WRAP = false;

TENSOR_IN (now, 0, F16)
TENSOR_IN (before, 1, F16)
TENSOR_IN (scene, 2, false)
TENSOR_IN (flow, 3, F16)
TENSOR_OUT (c, 4, F16)
ROW_LOAD (now, WRAP)
ROW_LOAD (before, WRAP)

/* Same numbers in ops/temporal.h. */
const uint SCENE_NOISE = 3u;

/* Does @at plus a vector of @steps stay within half a pixel of 0 .. @n - 1? */
bool
stays (int at, int steps, int n)
{
  const int to = at * FLOW_FRACTION + steps;

  return to >= -FLOW_FRACTION / 2
      && to <= (n - 1) * FLOW_FRACTION + FLOW_FRACTION / 2;
}

bool
leads_out (int row, int column)
{
  const int i = row / push.step * push.grid_width + column / push.step;
  const uint n = uint (push.grid_height * push.grid_width);

  return (!WRAP
          && !stays (column, flow_vector (flow_load (uint (i))), push.width))
      || !stays (row, flow_vector (flow_load (n + uint (i))), push.height);
}

/* @sum: of the 9 squares */
float
confidence (float sum, float floor_, int row, int column)
{
  if (FLOW && leads_out (row, column))
    return 0.0;
  return sg_exp (-push.gain * max (sum / 9.0 - floor_, 0.0));
}

/* Adds the squares of a row's differences, with those left and right. */
void
add_row (int row, int column, inout Row sum)
{
  const Row p = now_load_row (0u, row, column, push.height, push.width);
  const Row q = before_load_row (0u, row, column, push.height, push.width);
  const vec4 a = p.a - q.a, b = p.b - q.b;

  sum.a += a * a;
  sum.b += b * b;
  sum.left += (p.left - q.left) * (p.left - q.left);
  sum.right += (p.right - q.right) * (p.right - q.right);
}

void
eight (int row, int column, float floor_, out vec4 a, out vec4 b)
{
  Row sum = Row (0.0, vec4 (0.0), vec4 (0.0), 0.0);

  for (int j = -1; j <= 1; j++)
    add_row (row + j, column, sum);
  a = sum.a + vec4 (sum.left, sum.a.xyz) + vec4 (sum.a.yzw, sum.b.x);
  b = sum.b + vec4 (sum.a.w, sum.b.xyz) + vec4 (sum.b.yzw, sum.right);
  for (int k = 0; k < 4; k++) {
    a[k] = confidence (a[k], floor_, row, column + k);
    b[k] = confidence (b[k], floor_, row, column + 4 + k);
  }
}

float
one (uint i, float floor_)
{
  const int row = int (i) / push.width, column = int (i) - row * push.width;
  float sum = 0.0;

  if (row >= push.height)
    return 0.0;
  for (int j = -1; j <= 1; j++)
    for (int k = -1; k <= 1; k++) {
      const uint at = uint (clamp (row + j, 0, push.height - 1) * push.width
          + flow_column (column + k, push.width, WRAP));
      const float d = now_load (at) - before_load (at);

      sum += d * d;
    }
  return confidence (sum, floor_, row, column);
}

void
main ()
{
  const uint row = gl_GlobalInvocationID.y;
  const float noise = scene_load (SCENE_NOISE), floor_ = 2.0 * noise * noise;
  vec4 a, b;
  uint first;

  if (row >= uint (push.height) || !rows_first (row, uint (push.width), first))
    return;
  if (WHOLE) {
    eight (int (row), int (first - row * uint (push.width)), floor_, a, b);
  } else {
    for (uint k = 0u; k < 4u; k++) {
      a[k] = one (first + k, floor_);
      b[k] = one (first + 4u + k, floor_);
    }
  }
  c_store8 (first, a, b);
}
