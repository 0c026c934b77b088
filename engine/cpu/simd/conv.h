/* gst-stylegan: kernels of the convolutions, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

/* Lanes of a moments accumulator: those of the widest tier. */
#define CPU_CONV_LANES 16

/* v = x * scale + shift, then max (v, lo), min (v, hi), or leaky ReLU. */
typedef struct
{
  gboolean affine;              /* scale and shift are in use */
  gboolean clamp;               /* lo and hi are in use */
  gboolean leaky;               /* alpha is in use */
  float scale, shift, alpha, lo, hi;
} CpuConvMap;

/* One block of output channels. @weights: [n_rows][n_taps][channels of the
 * tile]; @bias: [channels of the tile]; @taps: offset in floats of each tap
 * (input channel, x) from a row pointer; both hold zeros for the channels
 * n_out and up, which are not stored. */
typedef struct
{
  const float *weights;
  const float *bias;
  const gint32 *taps;
  guint n_rows, n_taps, n_out;
} CpuConvBlock;

/* out[o * out_stride + x] = bias[o]
 *     + sum over r, t of weights[r][t][o] * rows[r][taps[t] + x]
 * for x in 0 .. width - 1, o in 0 .. n_out - 1. Reads, but does not use, the
 * input up to width rounded up to a whole vector. */
typedef void (*CpuConvTileFunc) (const CpuConvBlock * block,
    const float *const *rows, float *out, gsize out_stride, guint width);

typedef struct
{
  guint channels;               /* output channels of the register tile */
  guint max_vectors;            /* pixel vectors of the register tile */
  CpuConvTileFunc func;
} CpuConvTile;

/* Sums of one channel over a band of rows: of y - shift and its square. */
typedef struct
{
  double s1[CPU_CONV_LANES], s2[CPU_CONV_LANES];
  float shift;                  /* mean of the first row; unset while n == 0 */
  guint n;                      /* elements so far */
  float reserved[14];
} CpuConvSums;

/* Transforms of Winograd's F(4x4, 3x3). */
typedef struct
{
  /* v[k * v_pitch + t] = element k (of 6x6) of B^T d B, d the 6x6 inputs at
   * column 4 t of @rows, t < n_tiles. @rows: 6 rows, overwritten; read up to
   * column 4 (n_tiles rounded up to a vector + one vector). */
  void (*in) (float *v, gsize v_pitch, float *rows, gsize pitch, guint n_tiles);
  /* y = bias + A^T m A: @n_rows (1 .. 4) rows of @width columns. Reads whole
   * vectors of m. */
  void (*out) (float *y, gsize y_pitch, const float *m, gsize m_pitch,
      guint n_rows, guint width, float bias);
} CpuConvWinograd;

struct _CpuSimdConv
{
  const CpuConvTile *tiles;     /* by channels, falling; the last has 1 */
  guint n_tiles;
  const CpuConvWinograd *winograd;

  /* dst[i] = map (src[i]), i < n; dst == src allowed */
  void (*map_row) (float *dst, const float *src, guint n,
      const CpuConvMap * map);
  /* dst[i] = tanh or sigmoid of src[i] */
  void (*tanh_row) (float *dst, const float *src, guint n);
  void (*sigmoid_row) (float *dst, const float *src, guint n);
  /* dst[i] += src[i] */
  void (*add_row) (float *dst, const float *src, guint n);
  /* dst[p * pitch + i] = src[i * s + p], i < n, p < s;
   * reads s * n floats rounded up to s vectors, writes whole vectors */
  void (*split_row) (float *dst, gsize pitch, const float *src, guint n,
      guint s);
  /* dst[i] = src[(i % s) * pitch + i / s], i < n; reads whole vectors */
  void (*join_row) (float *dst, const float *src, gsize pitch, guint n,
      guint s);
  void (*sums_row) (CpuConvSums * sums, const float *src, guint n);
};

G_END_DECLS
