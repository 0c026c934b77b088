/* gst-stylegan: convolution with cooperative matrices
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See common/conv.glsl. f16 x f16 + f32. A workgroup has a 2-D tile of pixels and
 * TILE_N output channels:
 *   C [pixels x channels of y] += A [pixels x c] * B [c x channels of y]
 * for every tap and FRAGS_M x FRAGS_N fragments of MM x MN per subgroup.
 *
 * The input under the tile with its halo is in shared memory as rows [pixel][CHUNK
 * channels]: padded, upsampled, scaled, activated and turned from planes to rows on its
 * way in. A fragment of A is MM pixels next to each other, so that a tap is another
 * first row, and a stride is a stride of rows. The weights of a row of taps are beside
 * it, as rows [kx][c][TILE_N]. Rows are padded to an odd number of 16 bytes: the 8 rows
 * that a load of 8x8 takes lie in different banks.
 * What the next step needs is loaded from memory to registers while this one is
 * multiplied.
 *
 * FOLD > 0, for few input channels (FOLD of them): the taps of a row take the place of
 * channels, c = kx * FOLD + c', and a row of the tile is what one output column needs of
 * one input row. 9x9 from 3 channels: 9 * 27 of 32 products are of use, not 3 of 16.
 *
 * FOLD_OUT > 0, for few output channels (FOLD_OUT of them): their taps of a row take the
 * place of channels of y, n = kx * FOLD_OUT + o; what they are worth for each column of
 * x is added up when the tile is put out:
 *   y[o][column] = sum over kx of C[column + kx][kx * FOLD_OUT + o]
 * A subgroup has whole rows of the tile, which are wider than the output by the kernel.
 * 9x9 to 3 channels: 27 of 32 columns are of use, 7 of 8 rows, and there are 9 times
 * fewer steps than with 3 of 16.
 *
 * Counts, for 3x3 with 64 x 32 per subgroup (4 x 2 fragments of 16x16), 8 subgroups, 128
 * pixels x 128 channels, CHUNK 16: a step of K = 16 reads 6 fragments of 512 bytes from
 * shared memory for 8 products of 8192 FLOP, 47 bytes per kFLOP; an SM of 128 bytes and
 * 2048 to 4096 FLOP per clock needs at most 31 to 62 to keep its units busy half the
 * time or more. 64 x 64 (4 x 4) reads 31. Accumulators are 8 registers per fragment: 64
 * or 128 of 255. Memory, per chunk and tile of 16 x 8: 180 pixels for 128 (1.4 x, from
 * L2), and 36 KiB of weights, the same for all tiles (L2) for 4.7 MFLOP: 9 bytes per
 * kFLOP of L2, where GPUs have 5 to 10 per kFLOP at their peak; larger tiles halve it.
 * Shared memory: 8.6 + 13 KiB: two workgroups per SM and more.
 *
 * y: through shared memory, FRAGS_M x 1 fragments at a time, for coalesced rows of
 * planes; bias, residual, activation and moments are done there.
 *
 * x: tiles in a row and phases, y: rows of tiles and phases, z: images, blocks
 * Weights: f16 [phase y][phase x][block][chunk][ky][kx][c of CHUNK][TILE_N]. */
#version 450
#pragma use_vulkan_memory_model
#extension GL_GOOGLE_include_directive : require
#include "common/matrix.glsl"
#include "common/conv.glsl"

layout (constant_id = 18) const uint MM = 16;
layout (constant_id = 19) const uint MN = 16;
layout (constant_id = 20) const uint MK = 16;
layout (constant_id = 21) const uint FRAGS_M = 2;
layout (constant_id = 22) const uint FRAGS_N = 2;
layout (constant_id = 23) const uint GROUPS_M = 2;      /* subgroups */
layout (constant_id = 24) const uint GROUPS_N = 2;
layout (constant_id = 25) const uint TILE_W = 16;
layout (constant_id = 26) const uint CHUNK = 16;
layout (constant_id = 27) const uint FOLD = 0;
layout (constant_id = 28) const uint SUBGROUP = 32;
layout (constant_id = 29) const uint AFFINE_CHANNELS = 0;       /* of x, in whole chunks */
layout (local_size_x_id = 30) in;
layout (constant_id = 31) const uint FOLD_OUT = 0;

const uint THREADS = GROUPS_M * GROUPS_N * SUBGROUP;
const uint TILE_H = FRAGS_M * MM * GROUPS_M / TILE_W;
const uint TILE_N = FRAGS_N * MN * GROUPS_N;
const bool FOLDS = FOLD > 0u || FOLD_OUT > 0u;
const uint TAPS_X = FOLDS ? 1u : uint (KERNEL_X);
const uint STEP_X = FOLDS ? 1u : uint (STRIDE_X);
const uint IN_W = FOLDS ? TILE_W : (TILE_W - 1u) * uint (STRIDE_X)
    + uint ((KERNEL_X - 1) * DILATION_X) + 1u;
const uint IN_H = (TILE_H - 1u) * uint (STRIDE_Y)
    + uint ((KERNEL_Y - 1) * DILATION_Y) + 1u;

/* columns of the tile that are put out */
const uint OUT_W = FOLD_OUT > 0u ? TILE_W - uint ((KERNEL_X - 1) * DILATION_X) : TILE_W;

/* all in units of 16 bytes: 8 f16 or 4 f32 */
const uint OCTETS = CHUNK / 8u;
const uint ROW = OCTETS | 1u;
const uint N_OCTETS = TILE_N / 8u;
const uint N_ROW = N_OCTETS | 1u;
const uint TILE_ROOM = IN_W * IN_H * ROW;
const uint STAGE_ROWS = TAPS_X * CHUNK;
const uint OUT_PIXELS = FRAGS_M * MM;
const uint OUT_ROW = OUT_PIXELS / 4u + 1u;
const uint OUT_CHANNELS = FOLD_OUT > 0u ? TILE_N : MN;
const uint OUT_ROOM = GROUPS_M * GROUPS_N * OUT_CHANNELS * OUT_ROW;
const uint IN_ROOM = TILE_ROOM + STAGE_ROWS * N_ROW;
const uint POOL = IN_ROOM > OUT_ROOM ? IN_ROOM : OUT_ROOM;

const uint TILE_ITEMS = (IN_W * IN_H * OCTETS + THREADS - 1u) / THREADS;
const uint STAGE_ITEMS = (STAGE_ROWS * N_OCTETS + THREADS - 1u) / THREADS;
const uint AFFINE_ROOM = AFFINE_CHANNELS / 4u + 1u;
const uint SLICES = SUBGROUP / MN;
const uint FRAGS_W = TILE_W / MM;

layout (std430, set = 0, binding = 1) readonly buffer Weights {
  uvec4 weights[];
};

shared uvec4 pool[POOL];
shared vec4 scales[AFFINE_ROOM];
shared vec4 shifts[AFFINE_ROOM];

#define MOMENTS_CHANNELS TILE_N
#define MOMENTS_SLOTS (GROUPS_M * SLICES)
#include "common/conv_moments.glsl"

/* --- input: memory to registers to shared memory ------------------------------ */

f16vec4 raw[TILE_ITEMS * 2u];
uvec4 stage[STAGE_ITEMS];

void
load_affine (uint n)
{
  for (uint i = gl_LocalInvocationIndex; i < AFFINE_CHANNELS; i += THREADS) {
    const bool has = i < push.in_channels;
    const uint at = n * 2u * push.in_channels + min (i, push.in_channels - 1u);

    scales[i / 4u][i % 4u] = has ? affine[at] : 0.0;
    shifts[i / 4u][i % 4u] = has ? affine[at + push.in_channels] : 0.0;
  }
}

/* Place in x of column @px and row @py of the tile; negative: a zero. */
int
place (ivec2 from, uint px, uint py)
{
  const int iy = conv_place (from.y + int (py), push.in_h);
  const int ix = conv_place (from.x + int (px), push.in_w);

  return (iy | ix) < 0 ? -1 : iy * int (push.in_w) + ix;
}

/* Octet @o of the folded row of output column @px. */
void
fetch_folded (uint n, ivec2 from, uint o, uint px, uint py, uint item)
{
  [[unroll]] for (uint k = 0; k < 8u; k++) {
    const uint kx = (o * 8u + k) / max (FOLD, 1u), c = (o * 8u + k) % max (FOLD, 1u);
    const int at = place (from, px * uint (STRIDE_X) + kx * uint (DILATION_X), py);
    const bool has = at >= 0 && kx < uint (KERNEL_X);
    const uint plane = (n * push.in_channels + c) * push.in_h * push.in_w;

    raw[item * 2u + k / 4u][k % 4u] =
        has ? x[plane + uint (at)] : float16_t (0.0);
  }
}

void
fetch_tile (uint n, ivec2 from, uint chunk)
{
  const uint area = push.in_h * push.in_w;

  [[unroll]] for (uint item = 0; item < TILE_ITEMS; item++) {
    const uint i = item * THREADS + gl_LocalInvocationIndex;
    const uint o = i / (IN_W * IN_H), at = i % (IN_W * IN_H);

    if (o >= OCTETS)
      break;
    if (FOLD > 0u) {
      fetch_folded (n, from, o, at % IN_W, at / IN_W, item);
    } else {
      const int from_x = place (from, at % IN_W, at / IN_W);
      const uint first = chunk * CHUNK + o * 8u;
      const uint begin = (n * push.in_channels + first) * area
          + uint (max (from_x, 0));

      [[unroll]] for (uint k = 0; k < 8u; k++)
        raw[item * 2u + k / 4u][k % 4u] =
            from_x >= 0 && first + k < push.in_channels
            ? x[begin + k * area] : float16_t (0.0);
    }
  }
}

/* Zeros of padding stay zeros: they are padded behind scale, shift and activation. */
uvec4
convert (uint item, uint first, uint px, uint py, ivec2 from)
{
  vec4 a = vec4 (raw[item * 2u]), b = vec4 (raw[item * 2u + 1u]);

  if (FOLD == 0u && (HAS_AFFINE || INPUT_KIND != 0u)) {
    const bool pad = PAD_MODE == PAD_CONSTANT && place (from, px, py) < 0;

    if (HAS_AFFINE) {
      a = fma (a, scales[first / 4u], shifts[first / 4u]);
      b = fma (b, scales[first / 4u + 1u], shifts[first / 4u + 1u]);
    }
    a = pad ? vec4 (0.0) : activate (a, INPUT_KIND, INPUT_ALPHA, INPUT_BETA);
    b = pad ? vec4 (0.0) : activate (b, INPUT_KIND, INPUT_ALPHA, INPUT_BETA);
  }
  return uvec4 (packHalf2x16 (a.xy), packHalf2x16 (a.zw), packHalf2x16 (b.xy),
      packHalf2x16 (b.zw));
}

void
store_tile (ivec2 from, uint chunk)
{
  [[unroll]] for (uint item = 0; item < TILE_ITEMS; item++) {
    const uint i = item * THREADS + gl_LocalInvocationIndex;
    const uint o = i / (IN_W * IN_H), at = i % (IN_W * IN_H);

    if (o < OCTETS)
      pool[at * ROW + o] = convert (item, chunk * CHUNK + o * 8u, at % IN_W,
          at / IN_W, from);
  }
}

/* --- weights ------------------------------------------------------------------- */

void
fetch_stage (uint w)
{
  [[unroll]] for (uint item = 0; item < STAGE_ITEMS; item++) {
    const uint i = item * THREADS + gl_LocalInvocationIndex;

    if (i < STAGE_ROWS * N_OCTETS)
      stage[item] = weights[w + i];
  }
}

void
store_stage ()
{
  [[unroll]] for (uint item = 0; item < STAGE_ITEMS; item++) {
    const uint i = item * THREADS + gl_LocalInvocationIndex;

    if (i < STAGE_ROWS * N_OCTETS)
      pool[TILE_ROOM + i / N_OCTETS * N_ROW + i % N_OCTETS] = stage[item];
  }
}

/* --- products ------------------------------------------------------------------ */

MATRIX_C (MM, MN, MK) acc[FRAGS_M * FRAGS_N];

void
multiply (uint ky, uint taps_x, uint sub_m, uint sub_n)
{
  for (uint kx = 0; kx < taps_x; kx++) {
    [[unroll]] for (uint k = 0; k < CHUNK / MK; k++) {
      MATRIX_B (MM, MN, MK) b[FRAGS_N];

      [[unroll]] for (uint j = 0; j < FRAGS_N; j++)
        MATRIX_LOAD (b[j], pool, TILE_ROOM + (kx * CHUNK + k * MK) * N_ROW
            + (sub_n * FRAGS_N + j) * (MN / 8u), N_ROW);
      [[unroll]] for (uint i = 0; i < FRAGS_M; i++) {
        const uint f = sub_m * FRAGS_M + i;
        const uint row = (f / FRAGS_W * uint (STRIDE_Y)
            + ky * uint (DILATION_Y)) * IN_W + f % FRAGS_W * MM * STEP_X
            + kx * uint (DILATION_X);
        MATRIX_A (MM, MN, MK) a;

        MATRIX_LOAD (a, pool, row * ROW + k * (MK / 8u), STEP_X * ROW);
        [[unroll]] for (uint j = 0; j < FRAGS_N; j++)
          acc[i * FRAGS_N + j] =
              MATRIX_MULTIPLY_ADD (a, b[j], acc[i * FRAGS_N + j]);
      }
    }
  }
}

/* --- output --------------------------------------------------------------------- */

/* Element @pixel of channel @c, of what is being put out by this subgroup. */
uint
out_place (uint c, uint pixel)
{
  return (gl_SubgroupID * OUT_CHANNELS + c) * (OUT_ROW * 4u) + pixel;
}

/* Where pixel @pixel of the subgroup is in the output. */
uvec2
out_at (uint sub_m, uint pixel, uvec2 corner, uvec2 phase)
{
  const uint f = sub_m * FRAGS_M + pixel / MM;
  const uvec2 t = corner + uvec2 (f % FRAGS_W * MM + pixel % MM, f / FRAGS_W);

  return t * uvec2 (PHASES_X, PHASES_Y) + phase;
}

/* Columns of fragments @j. */
void
put_out (uint n, uint j, uint first, uint sub_m, uvec2 corner, uvec2 phase)
{
  for (uint i = gl_SubgroupInvocationID; i < MN * OUT_PIXELS; i += SUBGROUP) {
    const uint c = i / OUT_PIXELS, pixel = i % OUT_PIXELS;
    const uint m = first + c, from = out_place (c, pixel);
    const uvec2 at = out_at (sub_m, pixel, corner, phase);

    if (m < push.out_channels && at.x < push.out_w && at.y < push.out_h) {
      const float v = conv_finish (uintBitsToFloat (pool[from / 4u][from % 4u]),
          conv_bias (m), n, m, at);

      if (HAS_MOMENTS)
        pool[from / 4u][from % 4u] = floatBitsToUint (v);
    }
  }
}

/* Its moments: each lane every SLICES-th pixel of one channel. */
void
take_moments (uint first, uint sub_m, uint column, uvec2 corner, uvec2 phase)
{
  const uint c = gl_SubgroupInvocationID % MN;
  const uint slice = gl_SubgroupInvocationID / MN;
  vec3 part = vec3 (0.0);
  float pivot = 0.0, sum = 0.0, squares = 0.0;

  for (uint pixel = slice; pixel < OUT_PIXELS; pixel += SLICES) {
    const uvec2 at = out_at (sub_m, pixel, corner, phase);
    const uint from = out_place (c, pixel);
    const float v = uintBitsToFloat (pool[from / 4u][from % 4u]);

    if (at.x < push.out_w && at.y < push.out_h) {
      pivot = part.x == 0.0 ? v : pivot;
      part.x += 1.0;
      sum += v - pivot;
      squares = fma (v - pivot, v - pivot, squares);
    }
  }
  if (part.x > 0.0)
    part.yz = vec2 (pivot + sum / part.x,
        max (squares - sum * (sum / part.x), 0.0));
  if (slice < SLICES)
    conv_moments_put (column * MN + c, sub_m * SLICES + slice, part);
}

/* FOLD_OUT: rows of fragments are rows of the tile. */
void
put_out_folded (uint n, uint sub_m, uvec2 corner, uvec2 phase)
{
  const uint rows = OUT_PIXELS / TILE_W;

  [[unroll]] for (uint j = 0; j < FRAGS_N; j++)
    [[unroll]] for (uint i = 0; i < FRAGS_M; i++)
      MATRIX_STORE_COLUMNS (acc[i * FRAGS_N + j], pool,
          (gl_SubgroupID * OUT_CHANNELS + j * MN) * OUT_ROW + i * (MM / 4u), OUT_ROW);
  subgroupMemoryBarrierShared ();
  subgroupBarrier ();
  for (uint i = gl_SubgroupInvocationID; i < FOLD_OUT * rows * OUT_W; i += SUBGROUP) {
    const uint o = i / (rows * OUT_W), row = i / OUT_W % rows, column = i % OUT_W;
    const uvec2 t = corner + uvec2 (column, sub_m * rows + row);
    const uvec2 at = t * uvec2 (PHASES_X, PHASES_Y) + phase;
    float sum = 0.0;

    for (uint kx = 0; kx < uint (KERNEL_X); kx++) {
      const uint from = out_place (kx * FOLD_OUT + o,
          row * TILE_W + column + kx * uint (DILATION_X));

      sum += uintBitsToFloat (pool[from / 4u][from % 4u]);
    }
    if (at.x < push.out_w && at.y < push.out_h)
      conv_finish (sum, conv_bias (o), n, o, at);
  }
}

void
finish (uint n, uint first, uint sub_m, uint sub_n, uvec2 corner, uvec2 phase)
{
  barrier ();
  if (FOLD_OUT > 0u) {
    put_out_folded (n, sub_m, corner, phase);
    return;
  }
  [[unroll]] for (uint j = 0; j < FRAGS_N; j++) {
    const uint column = sub_n * FRAGS_N + j;

    [[unroll]] for (uint i = 0; i < FRAGS_M; i++)
      MATRIX_STORE_COLUMNS (acc[i * FRAGS_N + j], pool,
          gl_SubgroupID * MN * OUT_ROW + i * (MM / 4u), OUT_ROW);
    subgroupMemoryBarrierShared ();
    subgroupBarrier ();
    put_out (n, j, first + column * MN, sub_m, corner, phase);
    subgroupMemoryBarrierShared ();
    subgroupBarrier ();
    if (HAS_MOMENTS) {
      take_moments (first + column * MN, sub_m, column, corner, phase);
      subgroupMemoryBarrierShared ();
      subgroupBarrier ();
    }
  }
  if (HAS_MOMENTS)
    conv_moments_write (n, first, push.out_channels);
}

void
main ()
{
  const uvec2 phase = gl_WorkGroupID.xy % uvec2 (PHASES_X, PHASES_Y);
  const uvec2 corner = gl_WorkGroupID.xy / uvec2 (PHASES_X, PHASES_Y)
      * uvec2 (OUT_W, TILE_H);
  const uint n = gl_WorkGroupID.z / push.blocks;
  const uint block = gl_WorkGroupID.z % push.blocks;
  const uint sub_m = gl_SubgroupID % GROUPS_M, sub_n = gl_SubgroupID / GROUPS_M;
  const ivec2 from = ivec2 (corner) * ivec2 (STRIDE_X, STRIDE_Y)
      + conv_offset (phase);
  const uvec2 taps = conv_taps (phase);
  const uint taps_x = PHASES_X > 1u ? min (taps.x, TAPS_X) : TAPS_X;
  const uint taps_y = PHASES_Y > 1u ? taps.y : uint (KERNEL_Y);
  const uint step = STAGE_ROWS * N_OCTETS;
  const uint begin = ((phase.y * PHASES_X + phase.x) * push.phase_weights) / 8u
      + block * push.chunks * uint (KERNEL_Y) * step;

  [[unroll]] for (uint i = 0; i < FRAGS_M * FRAGS_N; i++)
    acc[i] = MATRIX_ZERO (MATRIX_C (MM, MN, MK));
  if (HAS_AFFINE)
    load_affine (n);
  fetch_tile (n, from, 0u);
  fetch_stage (begin);
  for (uint chunk = 0; chunk < push.chunks; chunk++) {
    for (uint ky = 0; ky < taps_y; ky++) {
      const bool last = ky + 1u == taps_y;

      barrier ();
      if (ky == 0u)
        store_tile (from, chunk);
      store_stage ();
      barrier ();
      if (!last) {
        fetch_stage (begin + (chunk * uint (KERNEL_Y) + ky + 1u) * step);
      } else if (chunk + 1u < push.chunks) {
        fetch_tile (n, from, chunk + 1u);
        fetch_stage (begin + (chunk + 1u) * uint (KERNEL_Y) * step);
      }
      multiply (ky, taps_x, sub_m, sub_n);
    }
  }
  finish (n, block * TILE_N, sub_m, sub_n, corner, phase);
}
