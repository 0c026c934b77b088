/* gst-stylegan: the transforms of Winograd's convolutions
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016:
 * Y = A^T [(G g G^T) * (B^T d B)] A, on tiles of 6x6 inputs and 4x4 outputs,
 * with the interpolation points 0, 1, -1, 2, -2 and infinity:
 *
 *        4  0 -5  0  1  0              1  1  1  1  1  0
 *        0 -4 -4  1  1  0              0  1 -1  2 -2  0
 *  B^T = 0  4 -4 -1  1  0        A^T = 0  1  1  4  4  0
 *        0 -2 -1  2  1  0              0  1 -1  8 -8  1
 *        0  2 -1 -2  1  0
 *        0  4  0 -5  0  1
 *
 * Behind nearest neighbours x2, a tile of 4x4 outputs sees 4x4 inputs a, b, c, d
 * along each axis. With s = (w0 + w1 + w2) / 2 the outputs are
 *
 *   w0 a + (w1 + w2) b =  w0 (a - c) + s (b + c) - (s - w0) (c - b)
 *   (w0 + w1) b + w2 c =               s (b + c) + (w2 - s) (c - b)
 *   w0 b + (w1 + w2) c =               s (b + c) + (s - w0) (c - b)
 *   (w0 + w1) c + w2 d =  w2 (d - b) + s (b + c) - (w2 - s) (c - b)
 *
 * five products of four differences: F(2, 3) with its difference used twice.
 *
 * With stride 2 a tile of 4x4 outputs sees 9x9 inputs. Along an axis the even
 * ones meet w0 and w2, an F(4, 2) with points 0, 1, -1, 2 and infinity, and the
 * odd ones w1, an F(4, 1) with the same points but the last:
 *
 *        2 -1 -2  1  0     G = 1/2    0             1  1  1  1  0
 *        0 -2 -1  1  0        -1/2 -1/2      A^T =  0  1 -1  2  0
 *  B^T = 0  2 -3  1  0        -1/6  1/6             0  1  1  4  0
 *        0 -1  0  1  0         1/6  1/3             0  1 -1  8  1
 *        0  2 -1 -2  1           0    1
 *
 * so that the products of both are summed before A^T: 81 per channel and tile,
 * 16 sums of four, 8 of two, one of one. The even inputs' come first.
 *
 * A vector holds the same element of CPU_VW neighbouring tiles. With dilation D
 * the lanes are D neighbouring columns, each with its own tile, then those 4 D
 * further right: elements of D floats are shuffled where one float is without. */
#include "cpu/simd/conv.h"

#include "cpu/simd/conv_tables.h"

/* d = B^T d */
CPU_INLINE void
transform_in (CpuVf * d)
{
  CpuVf even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1];
  CpuVf diff = d[4] - d[2], twice = 2.0f * (d[3] - d[1]);
  CpuVf d0 = 4.0f * d[0] + (d[4] - 5.0f * d[2]);
  CpuVf d5 = 4.0f * d[1] + (d[5] - 5.0f * d[3]);

  d[0] = d0;
  d[1] = even + odd;
  d[2] = even - odd;
  d[3] = diff + twice;
  d[4] = diff - twice;
  d[5] = d5;
}

/* s = A^T m */
CPU_INLINE void
transform_out (const CpuVf * m, CpuVf * s)
{
  CpuVf a = m[1] + m[2], b = m[3] + m[4];
  CpuVf c = m[1] - m[2], d = m[3] - m[4];

  s[0] = m[0] + (a + b);
  s[1] = c + 2.0f * d;
  s[2] = a + 4.0f * b;
  s[3] = (c + 8.0f * d) + m[5];
}

/* cpu_vf_unzip () of elements of @d floats. */
CPU_INLINE void
unzip (CpuVf a, CpuVf b, CpuVf * even, CpuVf * odd, const guint d)
{
  if (d == 1) {
    cpu_vf_unzip (a, b, even, odd);
    return;
  }
#if CPU_VW == 16
  *even = d == 2 ? __builtin_shufflevector (a, b, 0, 1, 4, 5, 8, 9, 12, 13,
      16, 17, 20, 21, 24, 25, 28, 29) : __builtin_shufflevector (a, b, 0, 1, 2,
      3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  *odd = d == 2 ? __builtin_shufflevector (a, b, 2, 3, 6, 7, 10, 11, 14, 15,
      18, 19, 22, 23, 26, 27, 30, 31) : __builtin_shufflevector (a, b, 4, 5, 6,
      7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
#elif CPU_VW == 8
  *even = (CpuVf) _mm256_permute2f128_ps ((__m256) a, (__m256) b, 0x20);
  *odd = (CpuVf) _mm256_permute2f128_ps ((__m256) a, (__m256) b, 0x31);
  if (d == 2) {
    __m256d lo = (__m256d) * even, hi = (__m256d) * odd;

    *even = (CpuVf) _mm256_unpacklo_pd (lo, hi);
    *odd = (CpuVf) _mm256_unpackhi_pd (lo, hi);
  }
#else
  *even = d == 2 ? __builtin_shufflevector (a, b, 0, 1, 4, 5) : a;
  *odd = d == 2 ? __builtin_shufflevector (a, b, 2, 3, 6, 7) : b;
#endif
}

/* The inverse of unzip. */
CPU_INLINE void
zip (CpuVf even, CpuVf odd, CpuVf * a, CpuVf * b, const guint d)
{
  if (d == 1) {
    cpu_vf_zip (even, odd, a, b);
    return;
  }
#if CPU_VW == 16
  *a = d == 2 ? __builtin_shufflevector (even, odd, 0, 1, 16, 17, 2, 3, 18, 19,
      4, 5, 20, 21, 6, 7, 22, 23) : __builtin_shufflevector (even, odd, 0, 1, 2,
      3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  *b = d == 2 ? __builtin_shufflevector (even, odd, 8, 9, 24, 25, 10, 11, 26,
      27, 12, 13, 28, 29, 14, 15, 30, 31) : __builtin_shufflevector (even, odd,
      8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
#elif CPU_VW == 8
  if (d == 2) {
    __m256d e = (__m256d) even, o = (__m256d) odd;

    even = (CpuVf) _mm256_unpacklo_pd (e, o);
    odd = (CpuVf) _mm256_unpackhi_pd (e, o);
  }
  *a = (CpuVf) _mm256_permute2f128_ps ((__m256) even, (__m256) odd, 0x20);
  *b = (CpuVf) _mm256_permute2f128_ps ((__m256) even, (__m256) odd, 0x31);
#else
  *a = d == 2 ? __builtin_shufflevector (even, odd, 0, 1, 4, 5) : even;
  *b = d == 2 ? __builtin_shufflevector (even, odd, 2, 3, 6, 7) : odd;
#endif
}

/* Splits 4 * CPU_VW columns by element modulo 4. */
CPU_INLINE void
split4 (const float *src, CpuVf p[4], const guint d)
{
  CpuVf e0, o0, e1, o1;

  unzip (cpu_vf_load (src), cpu_vf_load (src + CPU_VW), &e0, &o0, d);
  unzip (cpu_vf_load (src + 2 * CPU_VW), cpu_vf_load (src + 3 * CPU_VW), &e1,
      &o1, d);
  unzip (e0, e1, &p[0], &p[2], d);
  unzip (o0, o1, &p[1], &p[3], d);
}

/* a[d] ... a[CPU_VW - 1], b[0] ... b[d - 1] */
CPU_INLINE CpuVf
shift_in (CpuVf a, CpuVf b, const guint d)
{
#if CPU_VW == 16
  /* the count must be a literal where nothing is optimised */
  return (CpuVf) (d == 1 ? _mm512_alignr_epi32 ((__m512i) b, (__m512i) a, 1)
      : d == 2 ? _mm512_alignr_epi32 ((__m512i) b, (__m512i) a, 2)
      : _mm512_alignr_epi32 ((__m512i) b, (__m512i) a, 4));
#elif CPU_VW == 8
  return d == 1 ? __builtin_shufflevector (a, b, 1, 2, 3, 4, 5, 6, 7, 8)
      : d == 2 ? __builtin_shufflevector (a, b, 2, 3, 4, 5, 6, 7, 8, 9)
      : __builtin_shufflevector (a, b, 4, 5, 6, 7, 8, 9, 10, 11);
#else
  return d == 1 ? __builtin_shufflevector (a, b, 1, 2, 3, 4)
      : d == 2 ? __builtin_shufflevector (a, b, 2, 3, 4, 5) : b;
#endif
}

/* dst[i * pitch + x] = v[i], lanes below @n_tiles. */
CPU_INLINE void
store_tiles (float *dst, gsize pitch, const CpuVf * v, const guint n, guint x,
    guint n_tiles)
{
  guint i;

  if (x + CPU_VW <= n_tiles) {
#pragma GCC unroll 9
    for (i = 0; i < n; i++)
      cpu_vf_store (dst + i * pitch + x, v[i]);
  } else {
#pragma GCC unroll 9
    for (i = 0; i < n; i++)
      cpu_vf_store_part (dst + i * pitch + x, v[i], n_tiles - x);
  }
}

#define MAX_ROWS 9

/* Loads @n (of CPU_VW) columns of @n_rows rows, mapped. */
CPU_INLINE void
load_columns (CpuVf * d, const float *const *src, const guint n_rows, guint x,
    guint n, const CpuConvMap * map)
{
  guint r;

#pragma GCC unroll 9
  for (r = 0; r < n_rows; r++)
    d[r] = n >= CPU_VW ? cpu_vf_load (src[r] + x)
        : cpu_vf_load_part (src[r] + x, n);
  if (map == NULL)
    return;
#pragma GCC unroll 9
  for (r = 0; r < n_rows; r++) {
    CpuVf v = d[r] * map->scale + map->shift;

    d[r] = cpu_vf_min (cpu_vf_splat (map->hi),
        cpu_vf_max (cpu_vf_splat (map->lo), v));
  }
}

CPU_INLINE void
transform_columns (float *rows, gsize pitch, const float *const *src, guint n,
    const CpuConvMap * map, const guint n_rows,
    void (*const transform) (CpuVf * d))
{
  guint r, x;

  for (x = 0; x < n; x += CPU_VW) {
    CpuVf d[MAX_ROWS];

    load_columns (d, src, n_rows, x, n - x, map);
    transform (d);
#pragma GCC unroll 9
    for (r = 0; r < n_rows; r++)
      cpu_vf_store (rows + r * pitch + x, d[r]);
  }
}

#define DEFINE_COLUMNS(NAME, N_ROWS, TRANSFORM) \
static void \
columns_ ## NAME (float *rows, gsize pitch, const float *const *src, guint n, \
    const CpuConvMap * map) \
{ \
  if (map != NULL) \
    transform_columns (rows, pitch, src, n, map, N_ROWS, TRANSFORM); \
  else \
    transform_columns (rows, pitch, src, n, NULL, N_ROWS, TRANSFORM); \
}

DEFINE_COLUMNS (plain, 6, transform_in)

CPU_INLINE void
rows_plain (float *v, gsize v_pitch, const float *rows, gsize pitch,
    guint n_tiles, const guint dilation)
{
  guint i, r, x;

  for (r = 0; r < 6; r++) {
    const float *row = rows + r * pitch;
    CpuVf now[4], next[4];

    split4 (row, now, dilation);
    for (x = 0; x < n_tiles; x += CPU_VW) {
      CpuVf d[6];

      split4 (row + 4 * (x + CPU_VW), next, dilation);
#pragma GCC unroll 4
      for (i = 0; i < 4; i++)
        d[i] = now[i];
      d[4] = shift_in (now[0], next[0], dilation);
      d[5] = shift_in (now[1], next[1], dilation);
      transform_in (d);
      store_tiles (v + r * 6 * v_pitch, v_pitch, d, 6, x, n_tiles);
#pragma GCC unroll 4
      for (i = 0; i < 4; i++)
        now[i] = next[i];
    }
  }
}

/* Stores four vectors of interleaved columns, those below @n. */
CPU_INLINE void
store4 (float *dst, const CpuVf s[4], guint n, const guint d)
{
  CpuVf a0, a1, b0, b1, o[4];
  guint i;

  zip (s[0], s[2], &a0, &a1, d);
  zip (s[1], s[3], &b0, &b1, d);
  zip (a0, b0, &o[0], &o[1], d);
  zip (a1, b1, &o[2], &o[3], d);
  if (n >= 4 * CPU_VW) {
#pragma GCC unroll 4
    for (i = 0; i < 4; i++)
      cpu_vf_store (dst + i * CPU_VW, o[i]);
    return;
  }
#pragma GCC unroll 4
  for (i = 0; i < 4; i++) {
    if (n > i * CPU_VW)
      cpu_vf_store_part (dst + i * CPU_VW, o[i], MIN (n - i * CPU_VW, CPU_VW));
  }
}

/* Of @n products along an axis; @order: of the n * n in m. */
CPU_INLINE void
transform_products (float *y, gsize y_pitch, const float *m, gsize m_pitch,
    guint n_rows, guint width, float bias, const guint n, const guint8 * order,
    void (*const transform) (const CpuVf * m, CpuVf * s), const guint dilation)
{
  guint x, i, j;

  for (x = 0; 4 * x < width; x += CPU_VW) {
    CpuVf t[4][6];

#pragma GCC unroll 6
    for (j = 0; j < n; j++) {
      CpuVf d[6], s[4];

#pragma GCC unroll 6
      for (i = 0; i < n; i++)
        d[i] = cpu_vf_load (m + (order != NULL ? order[i * n + j] : i * n + j)
            * m_pitch + x);
      transform (d, s);
#pragma GCC unroll 4
      for (i = 0; i < 4; i++)
        t[i][j] = s[i];
    }
#pragma GCC unroll 4
    for (i = 0; i < 4; i++) {
      CpuVf s[4];

      if (i == n_rows)
        break;
      transform (t[i], s);
#pragma GCC unroll 4
      for (j = 0; j < 4; j++)
        s[j] += bias;
      store4 (y + i * y_pitch + 4 * x, s, width - 4 * x, dilation);
    }
  }
}

#define DEFINE_OUT(NAME, N, ORDER, TRANSFORM, DILATION) \
static void \
out_ ## NAME (float *y, gsize y_pitch, const float *m, gsize m_pitch, \
    guint n_rows, guint width, float bias) \
{ \
  transform_products (y, y_pitch, m, m_pitch, n_rows, width, bias, N, ORDER, \
      TRANSFORM, DILATION); \
}

#define DEFINE_DILATION(D) \
static void \
rows_dilation_ ## D (float *v, gsize v_pitch, const float *rows, \
    gsize pitch, guint n_tiles) \
{ \
  rows_plain (v, v_pitch, rows, pitch, n_tiles, D); \
} \
\
DEFINE_OUT (dilation_ ## D, 6, NULL, transform_out, D)

DEFINE_DILATION (1)
DEFINE_DILATION (2)
DEFINE_DILATION (4)

CPU_INLINE void
transform_in_upsampled (CpuVf * d)
{
  CpuVf a = d[0], b = d[1], c = d[2];

  d[0] = a - c;
  d[1] = b + c;
  d[2] = c - b;
  d[3] -= b;
}

/* @m: products of w0, s, w2 - s, s - w0 and w2 */
CPU_INLINE void
transform_out_upsampled (const CpuVf * m, CpuVf * s)
{
  s[0] = (m[1] - m[3]) + m[0];
  s[1] = m[1] + m[2];
  s[2] = m[1] + m[3];
  s[3] = (m[1] - m[2]) + m[4];
}

static void
rows_upsampled (float *v, gsize v_pitch, const float *rows, gsize pitch,
    guint n_tiles)
{
  guint r, x;

  for (r = 0; r < 4; r++) {
    const float *row = rows + r * pitch;
    CpuVf even, odd;

    cpu_vf_unzip (cpu_vf_load (row), cpu_vf_load (row + CPU_VW), &even, &odd);
    for (x = 0; x < n_tiles; x += CPU_VW) {
      const float *next = row + 2 * (x + CPU_VW);
      CpuVf d[4] = { even, odd };

      cpu_vf_unzip (cpu_vf_load (next), cpu_vf_load (next + CPU_VW), &even,
          &odd);
      d[2] = shift_in (d[0], even, 1);
      d[3] = shift_in (d[1], odd, 1);
      transform_in_upsampled (d);
      store_tiles (v + r * 4 * v_pitch, v_pitch, d, 4, x, n_tiles);
    }
  }
}

/* Products of the same difference follow each other. */
static const guint8 upsampled_order[5 * 5] = {
  0, 1, 2, 3, 4,
  5, 6, 7, 8, 9,
  10, 12, 14, 15, 18,
  11, 13, 16, 17, 19,
  20, 21, 22, 23, 24
};

DEFINE_COLUMNS (upsampled, 4, transform_in_upsampled)
DEFINE_OUT (upsampled, 5, upsampled_order, transform_out_upsampled, 1)

/* Five of the even inputs, then four of the odd ones. */
CPU_INLINE void
transform_in_strided (CpuVf * d)
{
  CpuVf even = d[6] - d[2], odd = d[7] - d[3];
  CpuVf o0 = 2.0f * (d[1] - d[5]) + odd;
  CpuVf o1 = (d[7] - d[5]) - 2.0f * d[3];
  CpuVf o2 = (d[7] - 3.0f * d[5]) + 2.0f * d[3];

  d[0] = 2.0f * (d[0] - d[4]) + even;
  d[1] = (d[6] - d[4]) - 2.0f * d[2];
  d[2] = (d[6] - 3.0f * d[4]) + 2.0f * d[2];
  d[3] = even;
  d[4] = (d[8] - d[4]) - 2.0f * even;
  d[5] = o0;
  d[6] = o1;
  d[7] = o2;
  d[8] = odd;
}

CPU_INLINE void
transform_out_strided (const CpuVf * m, CpuVf * s)
{
  CpuVf sum = m[1] + m[2], diff = m[1] - m[2];

  s[0] = m[0] + (sum + m[3]);
  s[1] = diff + 2.0f * m[3];
  s[2] = sum + 4.0f * m[3];
  s[3] = (diff + 8.0f * m[3]) + m[4];
}

/* Splits 8 * CPU_VW columns by column modulo 8. */
CPU_INLINE void
split8 (const float *src, CpuVf p[8])
{
  CpuVf low[4], high[4];
  guint i;

  split4 (src, low, 1);
  split4 (src + 4 * CPU_VW, high, 1);
#pragma GCC unroll 4
  for (i = 0; i < 4; i++)
    cpu_vf_unzip (low[i], high[i], &p[i], &p[i + 4]);
}

static void
rows_strided (float *v, gsize v_pitch, const float *rows, gsize pitch,
    guint n_tiles)
{
  guint i, r, x;

  for (r = 0; r < 9; r++) {
    const float *row = rows + r * pitch;
    /* element and phase along y; inputs of the element with each along x */
    guint a = r < 5 ? r : r - 5, phase = r < 5 ? 0 : 1, n = a < 4 ? 2 : 1;
    float *dst = v + (18 * a + 2 * phase) * v_pitch;
    CpuVf now[8], next[8];

    split8 (row, now);
    for (x = 0; x < n_tiles; x += CPU_VW) {
      CpuVf d[9];

      split8 (row + 8 * (x + CPU_VW), next);
#pragma GCC unroll 8
      for (i = 0; i < 8; i++)
        d[i] = now[i];
      d[8] = shift_in (now[0], next[0], 1);
      transform_in_strided (d);
      store_tiles (dst, 2 * n * v_pitch, d, 4, x, n_tiles);
      store_tiles (v + (18 * a + 8 * n + phase) * v_pitch, 0, d + 4, 1, x,
          n_tiles);
      store_tiles (dst + v_pitch, 2 * n * v_pitch, d + 5, 4, x, n_tiles);
#pragma GCC unroll 8
      for (i = 0; i < 8; i++)
        now[i] = next[i];
    }
  }
}

DEFINE_COLUMNS (strided, 9, transform_in_strided)
DEFINE_OUT (strided, 5, NULL, transform_out_strided, 1)

const CpuConvWinograd CPU_SIMD_NAME (cpu_conv_winograd) = {
  .columns = {columns_plain, columns_plain, columns_plain, columns_upsampled,
      columns_strided},
  .rows = {rows_dilation_1, rows_dilation_2, rows_dilation_4, rows_upsampled,
      rows_strided},
  .out = {out_dilation_1, out_dilation_2, out_dilation_4, out_upsampled,
      out_strided},
};
