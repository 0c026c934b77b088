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

/* Sums of one channel over a part of y: of y - shift and its square, in fp32 lanes
 * and, now and then, from there into double. Zeros to begin with. */
typedef struct
{
  float s1[CPU_CONV_LANES], s2[CPU_CONV_LANES];
  double total1, total2;        /* without what is in the lanes */
  float shift;                  /* near the mean; unset while n == 0 */
  guint n;                      /* elements so far */
  guint in_lanes, lane_max;     /* elements in each of the lanes, at most; when to
                                 * empty them */
  float reserved[8];
} CpuConvSums;

/* Winograd's convolutions; a tile has 4x4 outputs. */
typedef enum
{
  CPU_WINOGRAD_DILATION_1,      /* F(4x4, 3x3): 6x6 inputs, 36 products */
  CPU_WINOGRAD_DILATION_2,
  CPU_WINOGRAD_DILATION_4,
  CPU_WINOGRAD_UPSAMPLED,       /* nearest x2 in front: 4x4 inputs, whose 16
                                 * transformed elements are in 25 products */
  CPU_WINOGRAD_STRIDED,         /* stride 2: 9x9 inputs, 81 transformed elements
                                 * in 25 sums of up to four products */
  CPU_WINOGRAD_N_KINDS
} CpuConvWinogradKind;

typedef struct
{
  /* rows[k * pitch + x] = element k of B^T d, d column x of the 6, 4 or 9
   * rows @src, mapped but for what is leaky; x < n. Writes whole vectors; @rows may
   * be @src. @map: NULL: none. */
  void (*columns[CPU_WINOGRAD_N_KINDS]) (float *rows, gsize pitch,
      const float *const *src, guint n, const CpuConvMap * map);
  /* v[k * v_pitch + t] = element k of the transformed inputs of tile t,
   * t < n_tiles: those from column 4 t of @rows on, 2 t if upsampled, 8 t if
   * strided; if dilated those 4 t - 3 (t % dilation) + i dilation. Reads as many
   * columns as n_tiles rounded up to a vector and one vector of tiles have. */
  void (*rows[CPU_WINOGRAD_N_KINDS]) (float *v, gsize v_pitch,
      const float *rows, gsize pitch, guint n_tiles);
  /* y = bias + A^T m A: @n_rows (1 .. 4) rows of @width columns; @y_pitch from
   * one of them to the next. Reads whole vectors of m. */
  void (*out[CPU_WINOGRAD_N_KINDS]) (float *y, gsize y_pitch, const float *m,
      gsize m_pitch, guint n_rows, guint width, float bias);
} CpuConvWinograd;

/* One channel of a depthwise convolution: the kernel as n_chunks pieces of the
 * tile's kh rows. */
typedef struct
{
  const float *weights;         /* [n_chunks][kw][kh] */
  const gint32 *taps;           /* [kw] offset of each column in a row */
  guint n_chunks, kw;
  float bias;
  gsize row_pitch, tap_pitch;   /* input rows of two output rows; of two rows of
                                 * the kernel: the same unless kh is 1 */
  gsize y_pitch;                /* also of residual */
  const CpuConvMap *map;        /* clamp or leaky; or NULL */
} CpuConvDepth;

/* y[i * y_pitch + x] = map (bias + residual + sum over ky, kx of weights
 *     * src[i * row_pitch + ky * tap_pitch + taps[kx] + x])
 * for i < n_rows, x < width. Adds y to @sums, but does not count it. Reads, but
 * does not use, the input of all rows of the tile, and up to width rounded up to
 * a whole vector.
 * @residual: as @y, or NULL; @sums: with a shift, or NULL */
typedef struct
{
  guint kh, n_rows;             /* of the kernel; of output at most */
  void (*func) (const CpuConvDepth * d, const float *src, float *y,
      const float *residual, CpuConvSums * sums, guint n_rows, guint width);
} CpuConvDepthTile;

#define CPU_CONV_N_DEPTH_TILES 4

/* dst[i / size * pitch + channel * size + i % size] = src[channel * plane + i], with
 * @map and, where @scale is not NULL, the channel's scale and shift, for i < n. */
typedef struct
{
  guint n_channels, size;       /* @size: a multiple of two vectors */
  gsize plane, pitch;
  const CpuConvMap *map;        /* its scale and shift are not used */
  const float *scale, *shift;   /* [n_channels] */
} CpuConvPanels;

struct _CpuSimdConv
{
  const CpuConvTile *tiles;     /* by channels, falling; the last has 1 */
  guint n_tiles;
  const CpuConvWinograd *winograd;
  const CpuConvDepthTile *depth_tiles;  /* by kh, falling; the last has 1 */

  /* dst[i] = map (src[i]), i < n; dst == src allowed */
  void (*map_row) (float *dst, const float *src, guint n,
      const CpuConvMap * map);
  void (*map_panels) (const CpuConvPanels * p, float *dst, const float *src,
      guint n);
  /* dst[i] = tanh or sigmoid of src[i] */
  void (*tanh_row) (float *dst, const float *src, guint n);
  void (*sigmoid_row) (float *dst, const float *src, guint n);
  /* What is left to do to @n_rows rows of @n elements of y, @pitch apart, each of
   * another channel: + @residual (as @y, or NULL), @map (or NULL), and the sums of
   * the result (of each row's channel, or NULL). */
  void (*finish_rows) (CpuConvSums * sums, float *y, gsize pitch,
      const float *residual, guint n_rows, guint n, const CpuConvMap * map);
  /* @n more elements are in the lanes of @sums, at most @n_lane in each. */
  void (*sums_count) (CpuConvSums * sums, guint n, guint n_lane);
  /* m[i] = { mean, sum of squared differences to it } of channel i < n */
  void (*sums_moments) (double (*m)[2], const CpuConvSums * sums, guint n);
  /* dst[p * pitch + i] = src[i * s + p], i < n, p < s;
   * reads s * n floats rounded up to s vectors, writes whole vectors */
  void (*split_row) (float *dst, gsize pitch, const float *src, guint n,
      guint s);
  /* dst[i] = src[(i % s) * pitch + i / s], i < n; reads whole vectors */
  void (*join_row) (float *dst, const float *src, gsize pitch, guint n,
      guint s);
};

G_END_DECLS
