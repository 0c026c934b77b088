/* gst-stylegan: products of matrices, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

struct _CpuSimdMatmul
{
  guint columns;                /* of a panel */
  /* Rows 0 .. @k - 1 and columns 0 .. @n - 1 <= columns of @b, as @panel [k,columns],
   * zeros behind. */
  void (*pack) (float *panel, const float *b, gsize b_pitch, gsize n, gsize k);
  /* y[i * y_pitch + j] = sum over p < k of a[i * a_pitch + p] * panel[p * pitch + j]
   * for i < m, j < n <= columns; added to y if @add. All columns of the panel are
   * read. */
  void (*rows) (float *y, gsize y_pitch, const float *a, gsize a_pitch,
      const float *panel, gsize pitch, gsize m, gsize n, gsize k, gboolean add);
};

G_END_DECLS
