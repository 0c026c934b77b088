/* gst-stylegan: MatMul and Gemm
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y [batches,M,N] = alpha * a [..,M,K] * b [..,K,N] + beta * c, a and b with steps of
 * any kind (transposed, broadcast batches), c broadcast to [M,N]; each f32 or f16, sums
 * f32.
 * A workgroup of 64 has 32 x 32 elements of y, an invocation 4 x 4. Slices of 16 columns
 * of a and rows of b pass through shared memory (4 KiB). y in f16: N is even, as pairs
 * are written. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/matmul.h"

const uint TILE = 32u;
const uint DEPTH = 16u;

layout (local_size_x = 64) in;
layout (constant_id = 0) const bool A_F16 = false;
layout (constant_id = 1) const bool B_F16 = false;
layout (constant_id = 2) const bool C_F16 = false;
layout (constant_id = 3) const bool Y_F16 = false;
layout (constant_id = 4) const bool ADD_C = false;

TENSOR_IN (a, 0, A_F16)
TENSOR_IN (b, 1, B_F16)
TENSOR_IN (c, 2, C_F16)
TENSOR_OUT (y, 3, Y_F16)

shared float a_tile[DEPTH][TILE + 1u];
shared float b_tile[DEPTH][TILE + 1u];

void
load_tiles (uvec2 start, uint m0, uint n0, uint k0)
{
  const uint lane = gl_LocalInvocationID.x;

  for (uint i = lane; i < TILE * DEPTH; i += 64u) {
    /* neighbours in memory to neighbouring invocations */
    const bool by_row = push.a_column != 1u, by_column = push.b_column == 1u;
    const uint ka = by_row ? i / TILE : i % DEPTH;
    const uint ma = by_row ? i % TILE : i / DEPTH;
    const uint kb = by_column ? i / TILE : i % DEPTH;
    const uint nb = by_column ? i % TILE : i / DEPTH;

    a_tile[ka][ma] = k0 + ka < push.k && m0 + ma < push.m ?
        a_load (start.x + (m0 + ma) * push.a_row + (k0 + ka) * push.a_column)
        : 0.0;
    b_tile[kb][nb] = k0 + kb < push.k && n0 + nb < push.n ?
        b_load (start.y + (k0 + kb) * push.b_row + (n0 + nb) * push.b_column)
        : 0.0;
  }
}

float
finish (float sum, uint m, uint n)
{
  if (ADD_C)
    return push.alpha * sum
        + push.beta * c_load (m * push.c_row + n * push.c_column);
  return push.alpha * sum;
}

void
main ()
{
  const uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  const uint n0 = group % push.tiles_n * TILE;
  const uint m0 = group / push.tiles_n % push.tiles_m * TILE;
  const uint batch = group / push.tiles_n / push.tiles_m;
  const uint tm = gl_LocalInvocationID.x / 8u * 4u;
  const uint tn = gl_LocalInvocationID.x % 8u * 4u;
  uvec2 start = uvec2 (0u);
  uint rest = batch;
  vec4 sum[4] = vec4[4] (vec4 (0.0), vec4 (0.0), vec4 (0.0), vec4 (0.0));

  if (batch >= push.batches)
    return;
  for (uint d = 0u; d < 4u; d++) {
    start += rest % push.dim[d] * uvec2 (push.a_step[d], push.b_step[d]);
    rest /= push.dim[d];
  }
  for (uint k0 = 0u; k0 < push.k; k0 += DEPTH) {
    barrier ();
    load_tiles (start, m0, n0, k0);
    barrier ();
    for (uint k = 0u; k < DEPTH; k++) {
      const vec4 row = vec4 (b_tile[k][tn], b_tile[k][tn + 1u],
          b_tile[k][tn + 2u], b_tile[k][tn + 3u]);

      for (uint i = 0u; i < 4u; i++)
        sum[i] = fma (vec4 (a_tile[k][tm + i]), row, sum[i]);
    }
  }
  for (uint i = 0u; i < 4u; i++) {
    const uint m = m0 + tm + i, n = n0 + tn;
    const uint at = (batch * push.m + m) * push.n + n;

    for (uint j = 0u; m < push.m && j < 4u; j += 2u) {
      if (n + j + 1u < push.n && Y_F16) {
        y_store2 (at + j, vec2 (finish (sum[i][j], m, n + j),
                finish (sum[i][j + 1u], m, n + j + 1u)));
      } else if (!Y_F16) {
        if (n + j < push.n)
          y_store (at + j, finish (sum[i][j], m, n + j));
        if (n + j + 1u < push.n)
          y_store (at + j + 1u, finish (sum[i][j + 1u], m, n + j + 1u));
      }
    }
  }
}
