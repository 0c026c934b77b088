/* gst-stylegan: select (a, b, scene) -> scene[index] > 0.5 ? b : a
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of any type, as it is in memory; scene f32. An invocation has 16 bytes.
 * Memory, a plane of 1920x1080 f16: 8.3 MB (one of the two in, out). */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/select.h"

layout (local_size_x_id = 0) in;

TENSOR_IN (a, 0, false)
TENSOR_IN (b, 1, false)
TENSOR_IN (scene, 2, false)
layout (std430, set = 0, binding = 3) writeonly buffer Y {
  uvec4 y[];
};

void
main ()
{
  const uint i = linear_invocation ();

  if (i < push.n)
    y[i] = scene_load (push.index) > 0.5 ? b_words4[i] : a_words4[i];
}
