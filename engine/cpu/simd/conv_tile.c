/* gst-stylegan: the register tiles of the convolutions
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A tile of O output channels x P vectors of pixels stays in registers over
 * the whole reduction. Per tap: P unaligned loads of input, O broadcasts of
 * weights, O * P fused multiply-adds. Accumulators, inputs and one broadcast
 * fill the register file: O * P = 24 of 32 (AVX-512) or 12 of 16. A load that
 * crosses a cache line counts twice, hence tiles with O >= 3 where possible:
 * (2 P + O) / 2 cycles of loads stay below the O * P / 2 of arithmetic. */
#include "cpu/simd/conv.h"

#include "cpu/simd/conv_tables.h"

#define TILE_MAX_CHANNELS 12
#define TILE_MAX_VECTORS 8
#define TILE_MAX_ACC 24

/* @n_last: valid floats of the last vector, 1 .. CPU_VW */
CPU_INLINE void
tile (const CpuConvBlock * block, const float *const *rows, float *out,
    gsize out_stride, gsize x, guint n_last, const guint n_o, const guint n_p)
{
  CpuVf acc[TILE_MAX_ACC];
  const float *w = block->weights;
  const gint32 *taps = block->taps;
  const guint n_taps = block->n_taps;
  guint r, t, o, p;

#pragma GCC unroll 12
  for (o = 0; o < n_o; o++) {
#pragma GCC unroll 8
    for (p = 0; p < n_p; p++)
      acc[o * n_p + p] = cpu_vf_splat (block->bias[o]);
  }

  for (r = 0; r < block->n_rows; r++) {
    const float *row = rows[r] + x;

    for (t = 0; t < n_taps; t++) {
      const float *in = row + taps[t];

      /* the smaller side stays in registers, the other passes through one */
      if (n_p > n_o) {
        CpuVf wo[TILE_MAX_CHANNELS];

#pragma GCC unroll 12
        for (o = 0; o < n_o; o++)
          wo[o] = cpu_vf_splat (w[o]);
#pragma GCC unroll 8
        for (p = 0; p < n_p; p++) {
          CpuVf v = cpu_vf_load (in + p * CPU_VW);

          cpu_vf_in_register (&v);
#pragma GCC unroll 12
          for (o = 0; o < n_o; o++)
            acc[o * n_p + p] += wo[o] * v;
        }
      } else {
        CpuVf v[TILE_MAX_VECTORS];

#pragma GCC unroll 8
        for (p = 0; p < n_p; p++)
          v[p] = cpu_vf_load (in + p * CPU_VW);
#pragma GCC unroll 12
        for (o = 0; o < n_o; o++) {
          CpuVf wo = cpu_vf_splat (w[o]);

#pragma GCC unroll 8
          for (p = 0; p < n_p; p++)
            acc[o * n_p + p] += wo * v[p];
        }
      }
      w += n_o;
    }
  }

#pragma GCC unroll 12
  for (o = 0; o < n_o; o++) {
    float *dst = out + o * out_stride + x;

    if (o >= block->n_out)
      break;
#pragma GCC unroll 8
    for (p = 0; p + 1 < n_p; p++)
      cpu_vf_store (dst + p * CPU_VW, acc[o * n_p + p]);
    if (n_last == CPU_VW)
      cpu_vf_store (dst + p * CPU_VW, acc[o * n_p + p]);
    else
      cpu_vf_store_part (dst + p * CPU_VW, acc[o * n_p + p], n_last);
  }
}

/* A function per tile size: inlined into one, GCC would share its registers
 * between the cases. */
#define DEFINE_TILE(O, P) \
static __attribute__ ((noinline)) void \
tile_ ## O ## x ## P (const CpuConvBlock * block, const float *const *rows, \
    float *out, gsize out_stride, gsize x, guint n_last) \
{ \
  tile (block, rows, out, out_stride, x, n_last, O, P); \
}

typedef void (*TileFunc) (const CpuConvBlock * block,
    const float *const *rows, float *out, gsize out_stride, gsize x,
    guint n_last);

/* Covers a row with tiles of at most @max vectors, of sizes as equal as can
 * be: 10 vectors are 3 3 2 2 rather than 3 3 3 1. */
CPU_INLINE void
tile_row (const CpuConvBlock * block, const float *const *rows, float *out,
    gsize out_stride, guint width, const TileFunc * funcs, guint max)
{
  guint n_vectors = (width + CPU_VW - 1) / CPU_VW;
  guint n_last = width - (n_vectors - 1) * CPU_VW;
  guint n_tiles = (n_vectors + max - 1) / max;
  guint size = n_vectors / n_tiles, n_larger = n_vectors % n_tiles, i;
  gsize x = 0;

  for (i = 0; i < n_tiles; i++) {
    guint n = size + (i < n_larger);

    funcs[n - 1] (block, rows, out, out_stride, x,
        i + 1 == n_tiles ? n_last : CPU_VW);
    x += n * CPU_VW;
  }
}

#define DEFINE_ROW(O, MAX, ...) \
static void \
row_ ## O (const CpuConvBlock * block, const float *const *rows, float *out, \
    gsize out_stride, guint width) \
{ \
  static const TileFunc funcs[MAX] = { __VA_ARGS__ }; \
\
  tile_row (block, rows, out, out_stride, width, funcs, MAX); \
}

DEFINE_TILE (1, 1)
DEFINE_TILE (1, 2)
DEFINE_TILE (1, 3)
DEFINE_TILE (1, 4)
DEFINE_TILE (1, 5)
DEFINE_TILE (1, 6)
DEFINE_TILE (1, 7)
DEFINE_TILE (1, 8)
DEFINE_ROW (1, 8, tile_1x1, tile_1x2, tile_1x3, tile_1x4, tile_1x5, tile_1x6,
    tile_1x7, tile_1x8)
DEFINE_TILE (2, 1)
DEFINE_TILE (2, 2)
DEFINE_TILE (2, 3)
DEFINE_TILE (2, 4)
DEFINE_TILE (3, 1)
DEFINE_TILE (3, 2)
DEFINE_TILE (3, 3)
DEFINE_TILE (4, 1)
DEFINE_TILE (4, 2)
DEFINE_TILE (6, 1)
#if CPU_VREGS == 32
DEFINE_TILE (2, 5)
DEFINE_TILE (2, 6)
DEFINE_TILE (2, 7)
DEFINE_TILE (2, 8)
DEFINE_ROW (2, 8, tile_2x1, tile_2x2, tile_2x3, tile_2x4, tile_2x5, tile_2x6,
    tile_2x7, tile_2x8)
DEFINE_TILE (3, 4)
DEFINE_TILE (3, 5)
DEFINE_TILE (3, 6)
DEFINE_TILE (3, 7)
DEFINE_TILE (3, 8)
DEFINE_ROW (3, 8, tile_3x1, tile_3x2, tile_3x3, tile_3x4, tile_3x5, tile_3x6,
    tile_3x7, tile_3x8)
DEFINE_TILE (4, 3)
DEFINE_TILE (4, 4)
DEFINE_TILE (4, 5)
DEFINE_TILE (4, 6)
DEFINE_ROW (4, 6, tile_4x1, tile_4x2, tile_4x3, tile_4x4, tile_4x5, tile_4x6)
DEFINE_TILE (6, 2)
DEFINE_TILE (6, 3)
DEFINE_TILE (6, 4)
DEFINE_ROW (6, 4, tile_6x1, tile_6x2, tile_6x3, tile_6x4)
DEFINE_TILE (8, 1)
DEFINE_TILE (8, 2)
DEFINE_TILE (8, 3)
DEFINE_ROW (8, 3, tile_8x1, tile_8x2, tile_8x3)
DEFINE_TILE (12, 1)
DEFINE_TILE (12, 2)
DEFINE_ROW (12, 2, tile_12x1, tile_12x2)
const CpuConvTile CPU_SIMD_NAME (cpu_conv_tiles)[CPU_CONV_N_TILES] = {
  {12, 2, row_12},
  {8, 3, row_8},
  {6, 4, row_6},
  {4, 6, row_4},
  {3, 8, row_3},
  {2, 8, row_2},
  {1, 8, row_1},
};
#else
DEFINE_TILE (2, 5)
DEFINE_TILE (2, 6)
DEFINE_ROW (2, 6, tile_2x1, tile_2x2, tile_2x3, tile_2x4, tile_2x5, tile_2x6)
#if CPU_VW == 8
DEFINE_TILE (3, 4)
DEFINE_ROW (3, 4, tile_3x1, tile_3x2, tile_3x3, tile_3x4)
DEFINE_TILE (4, 3)
DEFINE_ROW (4, 3, tile_4x1, tile_4x2, tile_4x3)
#else
/* without FMA the products need registers of their own */
DEFINE_ROW (3, 3, tile_3x1, tile_3x2, tile_3x3)
DEFINE_ROW (4, 2, tile_4x1, tile_4x2)
#endif
DEFINE_TILE (6, 2)
DEFINE_ROW (6, 2, tile_6x1, tile_6x2)
const CpuConvTile CPU_SIMD_NAME (cpu_conv_tiles)[CPU_CONV_N_TILES] = {
  {6, 2, row_6},
#if CPU_VW == 8
  {4, 3, row_4},
  {3, 4, row_3},
#else
  {4, 2, row_4},
  {3, 3, row_3},
#endif
  {2, 6, row_2},
  {1, 8, row_1},
};
#endif
