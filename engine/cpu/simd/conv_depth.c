/* gst-stylegan: the register tile of depthwise convolutions
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A tile of some output rows x VECTORS vectors of pixels stays in registers over
 * the whole kernel. Per column of the kernel its KH weights are broadcast once;
 * each input vector of the rows + KH - 1 rows is loaded once and serves up to KH
 * output rows. An unaligned load of a whole cache line counts twice: for 5x5 and
 * ten rows (4 of 5 columns unaligned) 28 cycles of loads beside 50 of arithmetic.
 * Tiles of KH = 1 share nothing between rows, so that any height, stride and
 * dilation can be made of them. */
#include "cpu/simd/conv.h"

#include "cpu/simd/conv_tables.h"

/* The more rows, the less often an input is loaded; the more of them may lie
 * outside of y. */
#if CPU_VREGS == 32
#define ROWS_OF_LARGE 10
#define ROWS_OF_SMALL 6
#else
#define ROWS_OF_LARGE 4
#define ROWS_OF_SMALL 4
#endif
#define VECTORS 2
#define MAX_KH 7

/* What is left to do to the sums of a tile, and the store; of the last vector of
 * a row @n_last floats are valid. */
CPU_INLINE void
finish (const CpuConvDepth * d, CpuVf * acc, float *y, const float *residual,
    CpuConvSums * sums, guint n_rows, guint n_last, const guint n_r,
    const guint n_p)
{
  const gboolean clamp = d->map != NULL && d->map->clamp;
  const gboolean leaky = d->map != NULL && d->map->leaky;
  CpuVf lo = { 0 }, hi = { 0 }, alpha = { 0 }, shift = { 0 };
  CpuVf s[VECTORS] = { {0} }, q[VECTORS] = { {0} };
  guint i, p;

  if (clamp) {
    lo = cpu_vf_splat (d->map->lo);
    hi = cpu_vf_splat (d->map->hi);
  }
  if (leaky)
    alpha = cpu_vf_splat (d->map->alpha);
  if (sums != NULL) {
    shift = cpu_vf_splat (sums->shift);
    s[0] = cpu_vf_load (sums->s1);
    q[0] = cpu_vf_load (sums->s2);
  }
#pragma GCC unroll 10
  for (i = 0; i < n_r; i++) {
    if (i >= n_rows)
      break;
#pragma GCC unroll 2
    for (p = 0; p < n_p; p++) {
      const gboolean part = p + 1 == n_p && n_last < CPU_VW;
      CpuVf v = acc[i * n_p + p];

      if (residual != NULL)
        v += part ? cpu_vf_load_part (residual + p * CPU_VW, n_last)
            : cpu_vf_load (residual + p * CPU_VW);
      if (clamp)
        v = cpu_vf_min (hi, cpu_vf_max (lo, v));
      if (leaky)
        v = cpu_vf_select (v < 0.0f, v * alpha, v);
      if (sums != NULL) {
        CpuVf e = part ? cpu_vf_keep (v - shift, n_last) : v - shift;

        s[p] += e;
        q[p] += e * e;
      }
      if (part)
        cpu_vf_store_part (y + p * CPU_VW, v, n_last);
      else
        cpu_vf_store (y + p * CPU_VW, v);
    }
    y += d->y_pitch;
    if (residual != NULL)
      residual += d->y_pitch;
  }

  if (sums != NULL) {
    cpu_vf_store (sums->s1, n_p > 1 ? s[0] + s[1] : s[0]);
    cpu_vf_store (sums->s2, n_p > 1 ? q[0] + q[1] : q[0]);
  }
}

/* @n_last: valid floats of the last vector, 1 .. CPU_VW */
CPU_INLINE void
tile (const CpuConvDepth * d, const float *src, float *out,
    const float *residual, CpuConvSums * sums, guint n_rows, guint n_last,
    const guint kh, const guint n_r, const guint n_p)
{
  CpuVf acc[ROWS_OF_LARGE * VECTORS];
  const float *w = d->weights;
  guint c, kx, i, j, k, p;

#pragma GCC unroll 20
  for (i = 0; i < n_r * n_p; i++)
    acc[i] = cpu_vf_splat (d->bias);

  for (c = 0; c < d->n_chunks; c++) {
    for (kx = 0; kx < d->kw; kx++) {
      const float *in = src + d->taps[kx];
      CpuVf wk[MAX_KH];

#pragma GCC unroll 7
      for (k = 0; k < kh; k++)
        wk[k] = cpu_vf_splat (w[k]);
#pragma GCC unroll 16
      for (j = 0; j < n_r + kh - 1; j++) {
#pragma GCC unroll 2
        for (p = 0; p < n_p; p++) {
          CpuVf v = cpu_vf_load (in + p * CPU_VW);

          if (kh > 1)
            cpu_vf_in_register (&v);
#pragma GCC unroll 7
          for (k = 0; k < kh; k++) {
            if (j >= k && j - k < n_r)
              acc[(j - k) * n_p + p] += wk[k] * v;
          }
        }
        in += d->row_pitch;
      }
      w += kh;
    }
    src += kh * d->tap_pitch;
  }

  finish (d, acc, out, residual, sums, n_rows, n_last, n_r, n_p);
}

CPU_INLINE void
rows (const CpuConvDepth * d, const float *src, float *y,
    const float *residual, CpuConvSums * sums, guint n_rows, guint width,
    const guint kh, const guint n_r)
{
  const guint step = VECTORS * CPU_VW;
  guint x;

  for (x = 0; x + step <= width; x += step)
    tile (d, src + x, y + x, residual ? residual + x : NULL, sums, n_rows,
        CPU_VW, kh, n_r, VECTORS);
  if (x + CPU_VW < width)
    tile (d, src + x, y + x, residual ? residual + x : NULL, sums, n_rows,
        width - x - CPU_VW, kh, n_r, VECTORS);
  else if (x < width)
    tile (d, src + x, y + x, residual ? residual + x : NULL, sums, n_rows,
        width - x, kh, n_r, 1);
}

#define DEFINE_ROWS(KH, ROWS) \
static void \
rows_ ## KH (const CpuConvDepth * d, const float *src, float *y, \
    const float *residual, CpuConvSums * sums, guint n_rows, guint width) \
{ \
  rows (d, src, y, residual, sums, n_rows, width, KH, ROWS); \
}

/* *INDENT-OFF* */
DEFINE_ROWS (7, ROWS_OF_LARGE)
DEFINE_ROWS (5, ROWS_OF_LARGE)
DEFINE_ROWS (3, ROWS_OF_SMALL)
DEFINE_ROWS (1, ROWS_OF_SMALL)

const CpuConvDepthTile
CPU_SIMD_NAME (cpu_conv_depth_tiles)[CPU_CONV_N_DEPTH_TILES] = {
  {7, ROWS_OF_LARGE, rows_7},
  {5, ROWS_OF_LARGE, rows_5},
  {3, ROWS_OF_SMALL, rows_3},
  {1, ROWS_OF_SMALL, rows_1},
};
/* *INDENT-ON* */
