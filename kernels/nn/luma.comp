/* gst-stylegan: luma (x [N,C,H,W], C 1 or 3) -> integers 0..255
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y [N,1,ceil(H/FACTOR),ceil(W/FACTOR)], FACTOR 1 or 2: components rounded to 8 bit,
 * weighted and added up in integers (ops/flow.h). x and y f32 or f16 alike.
 * An invocation has 8 elements of y that lie together, 4 with FACTOR 2. WHOLE: they are
 * of one image (FACTOR 1) or row (2), and what they are made of begins at a multiple of
 * 8.
 * Memory, 1920x1080 f16: 16.6 MB for R'G'B' (12.4 in, 4.1 out), 13.5 MB with FACTOR 2;
 * of a plane to half its size 5.2 MB. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/flow.glsl"
#include "push/luma.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;
layout (constant_id = 2) const uint CHANNELS = 1;
layout (constant_id = 3) const uint FACTOR = 1;
layout (constant_id = 4) const bool WHOLE = false;

TENSOR_IN (x, 0, F16)
TENSOR_OUT (y, 1, F16)

/* Each rounded by itself, as all backends do: then they round to the same integers. */
int
quantise (float v)
{
  precise float difference = v - push.offset;
  precise float scaled = difference * push.gain;

  return flow_luma (scaled);
}

ivec4
quantise4 (vec4 v)
{
  return ivec4 (quantise (v.x), quantise (v.y), quantise (v.z), quantise (v.w));
}

int
luma_at (uint i)
{
  const uint column = i % push.out_width, line = i / push.out_width;
  const uint row = line % push.out_height;
  const uint plane = line / push.out_height * CHANNELS;
  int sum = int (128u * FACTOR * FACTOR);

  for (uint c = 0u; c < CHANNELS; c++)
    for (uint k = 0u; k < FACTOR * FACTOR; k++) {
      const uint sy = min (row * FACTOR + k / FACTOR, push.in_height - 1u);
      const uint sx = min (column * FACTOR + k % FACTOR, push.in_width - 1u);

      sum += int (push.weights[c])
          * quantise (x_load (((plane + c) * push.in_height + sy)
                  * push.in_width + sx));
    }
  return sum / int (256u * FACTOR * FACTOR);
}

void
eight (uint i)
{
  const uint size = push.in_height * push.in_width;
  const uint at = i / size * CHANNELS * size + i % size;
  ivec4 a = ivec4 (128), b = a;

  for (uint c = 0u; c < CHANNELS; c++) {
    vec4 va, vb;

    x_load8 (at + c * size, va, vb);
    a += int (push.weights[c]) * quantise4 (va);
    b += int (push.weights[c]) * quantise4 (vb);
  }
  y_store8 (i, vec4 (a >> 8), vec4 (b >> 8));
}

void
four_halves (uint i)
{
  const uint column = i % push.out_width * 2u, line = i / push.out_width;
  const uint row = line % push.out_height * 2u;
  const uint plane = line / push.out_height * CHANNELS;
  ivec4 sum = ivec4 (512);

  for (uint c = 0u; c < CHANNELS; c++)
    for (uint k = 0u; k < 2u; k++) {
      const uint sy = min (row + k, push.in_height - 1u);
      vec4 a, b;
      ivec4 qa, qb;

      x_load8 (((plane + c) * push.in_height + sy) * push.in_width + column, a, b);
      qa = quantise4 (a);
      qb = quantise4 (b);
      sum += int (push.weights[c])
          * (ivec4 (qa.xz, qb.xz) + ivec4 (qa.yw, qb.yw));
    }
  y_store4 (i, vec4 (sum >> 10));
}

void
main ()
{
  const uint i = linear_invocation () * (FACTOR == 1u ? 8u : 4u);
  vec4 a = vec4 (0.0), b = vec4 (0.0);

  if (i >= push.n)
    return;
  if (WHOLE) {
    if (FACTOR == 1u)
      eight (i);
    else
      four_halves (i);
    return;
  }
  for (uint k = 0u; k < 4u; k++) {
    a[k] = i + k < push.n ? float (luma_at (i + k)) : 0.0;
    if (FACTOR == 1u)
      b[k] = i + 4u + k < push.n ? float (luma_at (i + 4u + k)) : 0.0;
  }
  if (FACTOR == 1u)
    y_store8 (i, a, b);
  else
    y_store4 (i, a);
}
