/* gst-stylegan: products of matrices, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

/* Rows of the product that are calculated at once. */
#define CPU_MATMUL_ROWS 4

struct _CpuSimdMatmul
{
  /* y[i * y_pitch + j] = sum over p < k of a[i * a_pitch + p] * b[p * b_pitch + j],
   * i < m <= CPU_MATMUL_ROWS, j < n */
  void (*rows) (float *y, gsize y_pitch, const float *a, gsize a_pitch,
      const float *b, gsize b_pitch, guint m, gsize n, gsize k);
};

G_END_DECLS
