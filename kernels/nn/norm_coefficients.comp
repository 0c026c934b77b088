/* gst-stylegan: what a normalisation multiplies by and adds
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * norm_coefficients (moments [N,C,2], scale [C], bias [C]) -> s [N,2,C]:
 *   s[n,0,c] = scale[c] / sqrt (variance + epsilon)
 *   s[n,1,c] = bias[c] - mean * s[n,0,c]
 * CENTRED: [N,3,C], s[n,1] = bias and s[n,2] = mean, for (x - mean) * s[n,0] + bias,
 * which is exact where the mean is far larger than the deviation.
 * SEPARATE: mean [C] and variance [C] are two tensors, as batch_norm has them, and
 * there is one n.
 * n_shared > 0: mean and variance are those of all n together. All f32. An invocation has one n, c. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/norm_coefficients.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool SEPARATE = false;
layout (constant_id = 2) const bool CENTRED = false;

TENSOR_IN (mean, 0, false)      /* moments unless SEPARATE */
TENSOR_IN (variance, 1, false)
TENSOR_IN (scale, 2, false)
TENSOR_IN (bias, 3, false)
TENSOR_OUT (s, 4, false)

/* mean and variance of all pictures together */
vec2
shared_moments (uint c)
{
  const float n = float (push.n_shared);
  vec2 all = vec2 (0.0);

  for (uint i = 0u; i < push.n_shared; i++)
    all.x += mean_load2 (2u * (i * push.channels + c)).x / n;
  for (uint i = 0u; i < push.n_shared; i++) {
    const vec2 one = mean_load2 (2u * (i * push.channels + c));

    all.y += (one.y + (one.x - all.x) * (one.x - all.x)) / n;
  }
  return all;
}

void
main ()
{
  const uint i = linear_invocation ();
  const uint c = i % push.channels;
  const uint at = i / push.channels * (CENTRED ? 3u : 2u) * push.channels + c;
  vec2 m;
  float factor;

  if (i >= push.n_planes)
    return;
  m = SEPARATE ? vec2 (mean_load (i), variance_load (i)) : mean_load2 (2u * i);
  if (push.n_shared > 0u)
    m = shared_moments (c);
  factor = scale_load (c) / sqrt (m.y + push.epsilon);
  s_store (at, factor);
  s_store (at + push.channels, bias_load (c) - (CENTRED ? 0.0 : m.x * factor));
  if (CENTRED)
    s_store (at + 2u * push.channels, m.x);
}
