/* gst-stylegan: MaxPool and AveragePool of one or two dimensions
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y[p,i,j] = the maximum or mean of x[p] under the window there. Padding never is the
 * maximum; COUNT_PAD: the mean counts it. x and y f32 or f16.
 * An invocation has 2 elements of y that lie together. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/pool.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;
layout (constant_id = 2) const bool MAX = false;
layout (constant_id = 3) const bool COUNT_PAD = false;

TENSOR_IN (x, 0, F16)
TENSOR_OUT (y, 1, F16)

/* Taps of dimension @d that are inside, for a window that begins at @start: the first
 * and how many up to the last. */
int
first_tap (uint d, int start)
{
  return start < 0 ? (-start + push.dilation[d] - 1) / push.dilation[d] : 0;
}

int
end_tap (uint d, int start)
{
  if (start >= push.in_size[d])
    return 0;
  return min (push.kernel[d],
      (push.in_size[d] - start - 1) / push.dilation[d] + 1);
}

int
count_taps (uint d, int start)
{
  return min (push.kernel[d],
      (push.end[d] - start - 1) / push.dilation[d] + 1);
}

float
pool_at (uint i)
{
  const int j = int (i % uint (push.out_size[1]));
  const uint row = i / uint (push.out_size[1]);
  const int y0 = int (row % uint (push.out_size[0])) * push.stride[0] - push.pad[0];
  const int x0 = j * push.stride[1] - push.pad[1];
  const uint plane = row / uint (push.out_size[0]) * uint (push.in_size[0]);
  const int k0 = first_tap (0u, y0), k1 = end_tap (0u, y0);
  const int l0 = first_tap (1u, x0), l1 = end_tap (1u, x0);
  const int count = COUNT_PAD ? count_taps (0u, y0) * count_taps (1u, x0)
      : max (k1 - k0, 0) * max (l1 - l0, 0);
  precise float result = 0.0;

  for (int k = k0; k < k1; k++) {
    const uint line = (plane + uint (y0 + k * push.dilation[0]))
        * uint (push.in_size[1]);

    for (int l = l0; l < l1; l++) {
      const float v = x_load (line + uint (x0 + l * push.dilation[1]));

      if (!MAX)
        result += v;
      else if ((k == k0 && l == l0) || v > result)
        result = v;
    }
  }
  return MAX ? result : result / float (count);
}

void
main ()
{
  const uint i = linear_invocation () * 2u;
  vec2 v;

  if (i >= push.n)
    return;
  v.x = pool_at (i);
  v.y = i + 1u < push.n ? pool_at (i + 1u) : 0.0;
  y_store2 (i, v);
}
