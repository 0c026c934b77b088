/* gst-stylegan: the transforms of Winograd's convolution F(4x4, 3x3)
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
 * A vector holds the same element of CPU_VW neighbouring tiles. */
#include "cpu/simd/conv.h"

#include "cpu/simd/conv_tables.h"

/* d = B^T d */
CPU_INLINE void
transform_in (CpuVf d[6])
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
transform_out (const CpuVf m[6], CpuVf s[4])
{
  CpuVf a = m[1] + m[2], b = m[3] + m[4];
  CpuVf c = m[1] - m[2], d = m[3] - m[4];

  s[0] = m[0] + (a + b);
  s[1] = c + 2.0f * d;
  s[2] = a + 4.0f * b;
  s[3] = (c + 8.0f * d) + m[5];
}

/* Splits 4 * CPU_VW columns by column modulo 4. */
CPU_INLINE void
split4 (const float *src, CpuVf p[4])
{
  CpuVf e0, o0, e1, o1;

  cpu_vf_unzip (cpu_vf_load (src), cpu_vf_load (src + CPU_VW), &e0, &o0);
  cpu_vf_unzip (cpu_vf_load (src + 2 * CPU_VW),
      cpu_vf_load (src + 3 * CPU_VW), &e1, &o1);
  cpu_vf_unzip (e0, e1, &p[0], &p[2]);
  cpu_vf_unzip (o0, o1, &p[1], &p[3]);
}

/* a[1] ... a[CPU_VW - 1], b[0] */
CPU_INLINE CpuVf
shift_in (CpuVf a, CpuVf b)
{
#if CPU_VW == 16
  return (CpuVf) _mm512_alignr_epi32 ((__m512i) b, (__m512i) a, 1);
#elif CPU_VW == 8
  return __builtin_shufflevector (a, b, 1, 2, 3, 4, 5, 6, 7, 8);
#else
  return __builtin_shufflevector (a, b, 1, 2, 3, 4);
#endif
}

static void
winograd_in (float *v, gsize v_pitch, float *rows, gsize pitch, guint n_tiles)
{
  guint i, r, x;

  for (x = 0; x < 4 * n_tiles + 2; x += CPU_VW) {
    CpuVf d[6];

#pragma GCC unroll 6
    for (r = 0; r < 6; r++)
      d[r] = cpu_vf_load (rows + r * pitch + x);
    transform_in (d);
#pragma GCC unroll 6
    for (r = 0; r < 6; r++)
      cpu_vf_store (rows + r * pitch + x, d[r]);
  }

  for (r = 0; r < 6; r++) {
    const float *row = rows + r * pitch;
    float *dst = v + r * 6 * v_pitch;
    CpuVf now[4], next[4];

    split4 (row, now);
    for (x = 0; x < n_tiles; x += CPU_VW) {
      CpuVf d[6];

      split4 (row + 4 * (x + CPU_VW), next);
#pragma GCC unroll 4
      for (i = 0; i < 4; i++)
        d[i] = now[i];
      d[4] = shift_in (now[0], next[0]);
      d[5] = shift_in (now[1], next[1]);
      transform_in (d);
      if (x + CPU_VW <= n_tiles) {
#pragma GCC unroll 6
        for (i = 0; i < 6; i++)
          cpu_vf_store (dst + i * v_pitch + x, d[i]);
      } else {
#pragma GCC unroll 6
        for (i = 0; i < 6; i++)
          cpu_vf_store_part (dst + i * v_pitch + x, d[i], n_tiles - x);
      }
#pragma GCC unroll 4
      for (i = 0; i < 4; i++)
        now[i] = next[i];
    }
  }
}

/* Stores four vectors of interleaved columns, those below @n. */
CPU_INLINE void
store4 (float *dst, const CpuVf s[4], guint n)
{
  CpuVf a0, a1, b0, b1, o[4];
  guint i;

  cpu_vf_zip (s[0], s[2], &a0, &a1);
  cpu_vf_zip (s[1], s[3], &b0, &b1);
  cpu_vf_zip (a0, b0, &o[0], &o[1]);
  cpu_vf_zip (a1, b1, &o[2], &o[3]);
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

static void
winograd_out (float *y, gsize y_pitch, const float *m, gsize m_pitch,
    guint n_rows, guint width, float bias)
{
  guint x, i, j;

  for (x = 0; 4 * x < width; x += CPU_VW) {
    CpuVf t[4][6];

#pragma GCC unroll 6
    for (j = 0; j < 6; j++) {
      CpuVf d[6], s[4];

#pragma GCC unroll 6
      for (i = 0; i < 6; i++)
        d[i] = cpu_vf_load (m + (i * 6 + j) * m_pitch + x);
      transform_out (d, s);
#pragma GCC unroll 4
      for (i = 0; i < 4; i++)
        t[i][j] = s[i];
    }
#pragma GCC unroll 4
    for (i = 0; i < 4; i++) {
      CpuVf s[4];

      if (i == n_rows)
        break;
      transform_out (t[i], s);
#pragma GCC unroll 4
      for (j = 0; j < 4; j++)
        s[j] += bias;
      store4 (y + i * y_pitch + 4 * x, s, width - 4 * x);
    }
  }
}

const CpuConvWinograd CPU_SIMD_NAME (cpu_conv_winograd) = {
  .in = winograd_in,
  .out = winograd_out,
};
