/* gst-stylegan: temporal_blend (stylised [1,C,H,W], warped [1,C+1,H,W],
 * confidence [1,1,H,W], history [1,C+1,H,W], scene) -> out [1,C,H,W], next history
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The running mean along the motion, clipped as far as it is not trusted
 * (ops/temporal.h). scene f32, the others f32 or f16 alike. The history itself is read
 * on hold only.
 * An invocation has 8 elements of each plane (common/rows.glsl). WHOLE: the width is a
 * multiple of 8, they are the same pixels in all planes.
 * Memory, 1920x1080 f16, 3 channels: 62 MB (stylised 12.4, warped 16.6, confidence 4.1
 * in; 12.4 and 16.6 out). */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/flow.glsl"
#include "common/rows.glsl"
#include "push/temporal_blend.h"

layout (local_size_x_id = 0, local_size_y_id = 1) in;
layout (constant_id = 2) const bool F16 = false;
layout (constant_id = 3) const bool WHOLE = false;
layout (constant_id = 4) const bool WRAP = false;

TENSOR_IN (stylised, 0, F16)
TENSOR_IN (warped, 1, F16)
TENSOR_IN (confidence, 2, F16)
TENSOR_IN (history, 3, F16)
TENSOR_IN (scene, 4, false)
TENSOR_OUT (y, 5, F16)
TENSOR_OUT (next, 6, F16)
ROW_LOAD (stylised, WRAP)

/* Same numbers in ops/temporal.h. */
const uint SCENE_STRENGTH = 0u;
const uint SCENE_RESTART = 1u;
const uint SCENE_HOLD = 2u;

bool restart, hold;
float strength;

/* Of four pixels: trust, frames that the history is then made of, weight of the past, and how far the
 * clip is open. */
struct Pixels
{
  vec4 trust, frames, weight, open;
};

Pixels
make_pixels (vec4 trust, vec4 frames)
{
  Pixels p;

  p.trust = restart ? vec4 (0.0) : trust;
  p.open = 1.0 / max (1.0 - p.trust, 1.0 / 32.0);
  p.frames = max (min (frames + 1.0, min (vec4 (push.max_length),
              push.slack * p.open)), 1.0);
  p.frames = mix (vec4 (1.0), p.frames, greaterThan (p.trust, vec4 (0.5)));
  p.weight = strength * p.trust * (1.0 - 1.0 / p.frames);
  return p;
}

/* Sums over the neighbourhood of what differs from the middle, and of its square. */
void
add (vec4 v, vec4 middle, inout vec4 sum, inout vec4 square)
{
  const vec4 e = v - middle;

  sum += e;
  square += e * e;
}

/* One value. @s, @h: stylised, and the past less that */
float
blend (float s, float h, float mean, float square, float weight, float open)
{
  const float deviation = sqrt (max (square / 9.0 - mean * mean, 0.0));
  const float d = (push.clip * deviation + push.clip_floor) * open;
  precise float past = h;

  /* to the bit; NaN of the past ends in the other */
  if (!(weight > 0.0))
    return s;
  past = past < mean + d ? past : mean + d;
  past = past > mean - d ? past : mean - d;
  return s + weight * past;
}

vec4
blend4 (vec4 s, vec4 h, vec4 sum, vec4 square, Pixels p)
{
  vec4 v;

  for (uint k = 0u; k < 4u; k++)
    v[k] = blend (s[k], h[k] - s[k], sum[k] / 9.0, square[k], p.weight[k],
        p.open[k]);
  return v;
}

/* --- 8 pixels of a row ------------------------------------------------------ */

void
blend_plane (uint plane, int row, int column, Pixels pa, Pixels pb, out vec4 a,
    out vec4 b)
{
  const Row middle = stylised_load_row (plane, row, column, push.height,
      push.width);
  vec4 ha, hb, sum_a = vec4 (0.0), sum_b = vec4 (0.0);
  vec4 square_a = vec4 (0.0), square_b = vec4 (0.0);

  a = middle.a;
  b = middle.b;
  if (!any (greaterThan (pa.weight, vec4 (0.0)))
      && !any (greaterThan (pb.weight, vec4 (0.0))))
    return;
  for (int j = -1; j <= 1; j++) {
    Row r = middle;

    if (j != 0)
      r = stylised_load_row (plane, row + j, column, push.height, push.width);
    add (vec4 (r.left, r.a.xyz), middle.a, sum_a, square_a);
    add (r.a, middle.a, sum_a, square_a);
    add (vec4 (r.a.yzw, r.b.x), middle.a, sum_a, square_a);
    add (vec4 (r.a.w, r.b.xyz), middle.b, sum_b, square_b);
    add (r.b, middle.b, sum_b, square_b);
    add (vec4 (r.b.yzw, r.right), middle.b, sum_b, square_b);
  }
  warped_load8 (plane + uint (row * push.width + column), ha, hb);
  a = blend4 (middle.a, ha, sum_a, square_a, pa);
  b = blend4 (middle.b, hb, sum_b, square_b, pb);
}

void
store_next (uint i, vec4 a, vec4 b)
{
  if (hold)
    history_load8 (i, a, b);
  next_store8 (i, a, b);
}

void
blend_whole (uint row)
{
  const uint size = uint (push.height * push.width);
  const uint last = uint (push.channels) * size;
  Pixels pa, pb;
  vec4 a, b, na, nb;
  uint first;

  if (!rows_first (row, uint (push.width), first))
    return;
  confidence_load8 (first, a, b);
  warped_load8 (last + first, na, nb);
  pa = make_pixels (a, na);
  pb = make_pixels (b, nb);
  store_next (last + first, pa.frames, pb.frames);
  for (uint plane = 0u; plane < last; plane += size) {
    blend_plane (plane, int (row), int (first - row * uint (push.width)), pa,
        pb, a, b);
    y_store8 (plane + first, a, b);
    store_next (plane + first, a, b);
  }
}

/* --- single elements ---------------------------------------------------------- */

/* Element @i of the history to come. */
float
blend_one (uint i)
{
  const uint size = uint (push.height * push.width);
  const uint last = uint (push.channels) * size;
  const int row = int (i % size) / push.width;
  const int column = int (i % size) - row * push.width;
  float s, sum = 0.0, square = 0.0;
  Pixels p;

  if (i >= last + size)
    return 0.0;
  p = make_pixels (vec4 (confidence_load (i % size)),
      vec4 (warped_load (last + i % size)));
  if (i >= last)
    return p.frames.x;
  s = stylised_load (i);
  for (int j = -1; j <= 1; j++)
    for (int k = -1; k <= 1; k++) {
      const float e = stylised_load (i / size * size
          + uint (clamp (row + j, 0, push.height - 1) * push.width
              + flow_column (column + k, push.width, WRAP))) - s;

      sum += e;
      square += e * e;
    }
  return blend (s, warped_load (i) - s, sum / 9.0, square, p.weight.x,
      p.open.x);
}

void
blend_any (uint row)
{
  const uint size = uint (push.height * push.width);

  for (uint plane = 0u; plane <= uint (push.channels); plane++) {
    uint first;
    vec4 a, b;

    if (!rows_first (plane * uint (push.height) + row, uint (push.width), first))
      continue;
    for (uint k = 0u; k < 4u; k++) {
      a[k] = blend_one (first + k);
      b[k] = blend_one (first + 4u + k);
    }
    if (first < uint (push.channels) * size)
      y_store8 (first, a, b);
    store_next (first, a, b);
  }
}

void
main ()
{
  const uint row = gl_GlobalInvocationID.y;

  restart = scene_load (SCENE_RESTART) > 0.5;
  hold = scene_load (SCENE_HOLD) > 0.5;
  strength = scene_load (SCENE_STRENGTH);
  if (row >= uint (push.height))
    return;
  if (WHOLE)
    blend_whole (row);
  else
    blend_any (row);
}
