/* gst-stylegan: products of matrices
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/matmul.h"

extern const CpuSimdMatmul CPU_SIMD_NAME (cpu_simd_matmul);

/* Two vectors of columns; the second, or both, may be a part of one only. */
CPU_INLINE void
tile (float *y, gsize y_pitch, const float *a, gsize a_pitch, const float *b,
    gsize b_pitch, const guint m, gsize n, gsize k, const gboolean whole)
{
  guint n0 = MIN (n, CPU_VW), n1 = n - n0, i;
  CpuVf sum[CPU_MATMUL_ROWS][2];
  gsize p;

  for (i = 0; i < m; i++)
    sum[i][0] = sum[i][1] = cpu_vf_splat (0.0f);
  for (p = 0; p < k; p++) {
    const float *row = b + p * b_pitch;
    CpuVf b0, b1;

    if (whole) {
      b0 = cpu_vf_load (row);
      b1 = cpu_vf_load (row + CPU_VW);
    } else {
      b0 = cpu_vf_load_part (row, n0);
      b1 = cpu_vf_load_part (row + n0, n1);
    }
    for (i = 0; i < m; i++) {
      float factor = a[i * a_pitch + p];

      sum[i][0] += b0 * factor;
      sum[i][1] += b1 * factor;
    }
  }
  for (i = 0; i < m; i++) {
    cpu_vf_store_part (y + i * y_pitch, sum[i][0], n0);
    cpu_vf_store_part (y + i * y_pitch + n0, sum[i][1], n1);
  }
}

CPU_INLINE void
rows_as (float *y, gsize y_pitch, const float *a, gsize a_pitch,
    const float *b, gsize b_pitch, const guint m, gsize n, gsize k)
{
  gsize j;

  for (j = 0; j + 2 * CPU_VW <= n; j += 2 * CPU_VW)
    tile (y + j, y_pitch, a, a_pitch, b + j, b_pitch, m, 2 * CPU_VW, k, TRUE);
  if (j < n)
    tile (y + j, y_pitch, a, a_pitch, b + j, b_pitch, m, n - j, k, FALSE);
}

static void
rows (float *y, gsize y_pitch, const float *a, gsize a_pitch, const float *b,
    gsize b_pitch, guint m, gsize n, gsize k)
{
  if (m == 4)
    rows_as (y, y_pitch, a, a_pitch, b, b_pitch, 4, n, k);
  else if (m == 3)
    rows_as (y, y_pitch, a, a_pitch, b, b_pitch, 3, n, k);
  else if (m == 2)
    rows_as (y, y_pitch, a, a_pitch, b, b_pitch, 2, n, k);
  else
    rows_as (y, y_pitch, a, a_pitch, b, b_pitch, 1, n, k);
}

const CpuSimdMatmul CPU_SIMD_NAME (cpu_simd_matmul) = {
  .rows = rows,
};
