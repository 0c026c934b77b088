/* gst-stylegan: warp (x [1,C,H,W], flow [1,2,h,w]) -> x moved along the flow
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y (p) = x (p + flow (p) / unit): Catmull-Rom of 4 x 4 pixels, or the pixel itself
 * where a vector is whole pixels and in planes from n_cubic on (ops/flow.h). All f32 or
 * f16 alike.
 * BLOCK 2 or 4: step is that and W a multiple of it. An invocation has a block of a
 * plane, rows first: each of its 5 or 7 rows of x is loaded once. Groups are of 16 x 8
 * blocks, which share rows in caches; z is the plane.
 * BLOCK 0: any step and width. An invocation has 2 elements of y that lie together.
 * Memory, 1920x1080 f16, blocks of 4: 8.6 MB per plane (4.1 in, 4.1 out, vectors). */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/flow.glsl"
#include "push/warp.h"

layout (local_size_x_id = 0, local_size_y_id = 1) in;
layout (constant_id = 2) const bool F16 = false;
layout (constant_id = 3) const int BLOCK = 0;
layout (constant_id = 4) const bool WRAP = false;

TENSOR_IN (x, 0, F16)
TENSOR_IN (flow, 1, F16)
TENSOR_OUT (y, 2, F16)

/* A vector: whole pixels, and parts of one. */
struct Vector
{
  ivec2 whole, part;
};

Vector
vector_at (int bx, int by)
{
  const int parts = FLOW_FRACTION * push.unit;
  const int i = by * push.grid_width + bx;
  const ivec2 steps = ivec2 (flow_vector (flow_load (uint (i))),
      flow_vector (flow_load (uint (push.grid_height * push.grid_width + i))));
  const ivec2 whole = ivec2 (flow_floor_div (steps.x, parts),
      flow_floor_div (steps.y, parts));

  return Vector (whole, steps - whole * parts);
}

/* The whole pixels that @plane is moved by, if it is: then true. */
bool
is_copied (int plane, Vector v, out ivec2 whole)
{
  const int half_pixel = FLOW_FRACTION * push.unit / 2;

  whole = v.whole;
  if (plane < push.n_cubic)
    return v.part == ivec2 (0);
  whole += ivec2 (greaterThanEqual (v.part, ivec2 (half_pixel)));
  return true;
}

/* Of the pixels -1, 0, 1, 2 for a point at @t of the way from 0 to 1. */
vec4
cubic_weights (int part)
{
  const float t = float (part) / float (FLOW_FRACTION * push.unit);

  return vec4 (((-0.5 * t + 1.0) * t - 0.5) * t,
      (1.5 * t - 2.5) * t * t + 1.0,
      ((-1.5 * t + 2.0) * t + 0.5) * t,
      (0.5 * t - 0.5) * t * t);
}

uint
pixel_index (int plane, int row, int column)
{
  return uint ((plane * push.height + clamp (row, 0, push.height - 1))
      * push.width + flow_column (column, push.width, WRAP));
}

/* --- blocks ---------------------------------------------------------------- */

/* The 8 pixels, as far as they are used, from @column on of a row. */
void
load_row (int plane, int row, int column, out vec4 a, out vec4 b)
{
  const int n = BLOCK + 3;

  b = vec4 (0.0);
  if (F16 && column >= 0 && column + n <= push.width) {
    const uint e = pixel_index (plane, row, column), w = e >> 1;

    a = vec4 (unpackHalf2x16 (x_words[w]), unpackHalf2x16 (x_words[w + 1u]));
    b.xy = unpackHalf2x16 (x_words[w + 2u]);
    if (BLOCK == 4)
      b.zw = unpackHalf2x16 (x_words[w + 3u]);
    if ((e & 1u) != 0u) {
      a = vec4 (a.yzw, b.x);
      b.xyz = b.yzw;
    }
  } else {
    for (int k = 0; k < 4; k++) {
      a[k] = x_load (pixel_index (plane, row, column + k));
      if (4 + k < n)
        b[k] = x_load (pixel_index (plane, row, column + 4 + k));
    }
  }
}

void
store_row (int plane, int row, int column, vec4 v)
{
  const uint e = uint ((plane * push.height + row) * push.width + column);

  if (row >= push.height)
    return;
  if (BLOCK == 4)
    y_store4 (e, v);
  else
    y_store2 (e, v.xy);
}

void
warp_block (int plane, int bx, int by)
{
  const ivec2 at = ivec2 (bx, by) * BLOCK;
  const Vector v = vector_at (bx, by);
  vec4 a, b, kx, ky, sums[4];
  ivec2 from;

  if (is_copied (plane, v, from)) {
    for (int j = 0; j < BLOCK; j++) {
      load_row (plane, at.y + from.y + j, at.x + from.x - 1, a, b);
      store_row (plane, at.y + j, at.x, vec4 (a.yzw, b.x));
    }
    return;
  }
  kx = cubic_weights (v.part.x);
  ky = cubic_weights (v.part.y);
  for (int j = 0; j < BLOCK + 3; j++) {
    vec4 line;

    load_row (plane, at.y + from.y + j - 1, at.x + from.x - 1, a, b);
    line = a * kx.x + vec4 (a.yzw, b.x) * kx.y + vec4 (a.zw, b.xy) * kx.z
        + vec4 (a.w, b.xyz) * kx.w;
    for (int i = 0; i < BLOCK; i++) {
      if (j == i)
        sums[i] = line * ky.x;
      else if (j > i && j < i + 4)
        sums[i] += line * ky[j - i];
    }
  }
  for (int i = 0; i < BLOCK; i++)
    store_row (plane, at.y + i, at.x, sums[i]);
}

/* --- single elements ---------------------------------------------------------- */

float
warp_element (int i)
{
  const int line = i / push.width, column = i - line * push.width;
  const int plane = line / push.height, row = line - plane * push.height;
  vec4 kx, ky;
  ivec2 from;
  Vector v;
  float sum = 0.0;

  if (plane >= push.channels)
    return 0.0;
  v = vector_at (column / push.step, row / push.step);
  if (is_copied (plane, v, from))
    return x_load (pixel_index (plane, row + from.y, column + from.x));
  kx = cubic_weights (v.part.x);
  ky = cubic_weights (v.part.y);
  for (int j = 0; j < 4; j++) {
    vec4 p;

    for (int k = 0; k < 4; k++)
      p[k] = x_load (pixel_index (plane, row + from.y + j - 1,
              column + from.x + k - 1));
    sum += ky[j] * dot (kx, p);
  }
  return sum;
}

void
main ()
{
  if (BLOCK > 0) {
    const ivec2 block = ivec2 (gl_GlobalInvocationID.xy);

    if (block.x < push.grid_width && block.y < push.grid_height)
      warp_block (int (gl_WorkGroupID.z), block.x, block.y);
  } else {
    const int i = int (linear_invocation ()) * 2;

    if (i < push.channels * push.height * push.width)
      y_store2 (uint (i), vec2 (warp_element (i), warp_element (i + 1)));
  }
}
