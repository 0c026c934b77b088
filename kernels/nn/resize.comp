/* gst-stylegan: Resize of the last two dimensions
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y[p,i,j] = sum over k < TAPS_Y, l < TAPS_X of
 *     row_weight[i,k] * column_weight[j,l] * x[p, row[i] + k, column[j] + l],
 * samples outside being those of the border. Rows and columns come from tables of
 * 1 + TAPS words each, the position and then the weights; OUTSIDE for a position:
 * extrapolation_value. TAPS of 0: there are no weights, and it is one sample (nearest);
 * both are 0 then.
 * x and y f32 or f16. An invocation has 4 elements of y that lie together. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/resize.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool X_F16 = false;
layout (constant_id = 2) const bool Y_F16 = false;
layout (constant_id = 3) const int TAPS_Y = 0;
layout (constant_id = 4) const int TAPS_X = 0;

TENSOR_IN (x, 0, X_F16)
TENSOR_OUT (y, 1, Y_F16)
layout (std430, set = 0, binding = 2) readonly buffer Rows {
  int rows[];
};
layout (std430, set = 0, binding = 3) readonly buffer Columns {
  int columns[];
};

const int OUTSIDE = -0x7fffffff;

/* Sample @j of the row that @row_table is about, its inputs' first at @base. */
float
sample_at (uint base, uint row_table, uint j)
{
  const uint column_table = j * uint (TAPS_X + 1);
  const int row = rows[row_table], column = columns[column_table];
  precise float sum = 0.0;

  if (row == OUTSIDE || column == OUTSIDE)
    return push.outside;
  if (TAPS_Y == 0)
    return x_load (base + uint (row * push.in_width + column));
  for (int k = 0; k < TAPS_Y; k++) {
    const uint at = base + uint (clamp (row + k, 0, push.in_height - 1)
        * push.in_width);
    precise float line = 0.0;

    for (int l = 0; l < TAPS_X; l++)
      line = fma (intBitsToFloat (columns[column_table + 1u + uint (l)]),
          x_load (at + uint (clamp (column + l, 0, push.in_width - 1))), line);
    sum = fma (intBitsToFloat (rows[row_table + 1u + uint (k)]), line, sum);
  }
  return sum;
}

void
main ()
{
  const uint first = linear_invocation () * 4u;
  const uint plane_size = uint (push.in_height * push.in_width);
  uint row = first / push.out_width, j = first % push.out_width;
  uint base = row / push.out_height * plane_size;
  uint row_table = row % push.out_height * uint (TAPS_Y + 1);
  vec4 v = vec4 (0.0);

  if (first >= push.n)
    return;
  for (uint k = 0u; k < 4u && first + k < push.n; k++, j++) {
    if (j == push.out_width) {
      j = 0u;
      row++;
      base = row / push.out_height * plane_size;
      row_table = row % push.out_height * uint (TAPS_Y + 1);
    }
    v[k] = sample_at (base, row_table, j);
  }
  y_store4 (first, v);
}
