/* gst-stylegan: weights that are computed by the graph, packed for nn/conv_*.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * packed[i] = weights[table[i]], or 0 where table[i] is -1; i < n. weights: f32 or f16,
 * packed: f32. An invocation has one of them. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/conv_pack.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;

TENSOR_IN (weights, 0, F16)

layout (std430, set = 0, binding = 1) readonly buffer Table { int table[]; };
layout (std430, set = 0, binding = 2) writeonly buffer Packed { float packed[]; };

void
main ()
{
  const uint i = linear_invocation ();

  if (i >= push.n)
    return;
  packed[i] = table[i] < 0 ? 0.0 : weights_load (uint (table[i]));
}
