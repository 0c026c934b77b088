/* gst-stylegan: products of matrices
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/matmul.h"

extern const CpuSimdMatmul CPU_SIMD_NAME (cpu_simd_matmul);

/* A tile of sums, a row of the panel and one factor: all in registers. */
#if CPU_VREGS == 32
#define ROWS 8
#define VECTORS 3
#else
#define ROWS 6
#define VECTORS 2
#endif

static void
pack (float *panel, const float *b, gsize b_pitch, gsize n, gsize k)
{
  gsize p, j;

  for (p = 0; p < k; p++, panel += VECTORS * CPU_VW, b += b_pitch) {
    for (j = 0; j + CPU_VW <= n; j += CPU_VW)
      cpu_vf_store (panel + j, cpu_vf_load (b + j));
    for (; j < VECTORS * CPU_VW; j++)
      panel[j] = j < n ? b[j] : 0;
  }
}

CPU_INLINE void
tile (float *y, gsize y_pitch, const float *a, gsize a_pitch,
    const float *panel, gsize pitch, const guint m, gsize n, gsize k,
    gboolean add)
{
  CpuVf sum[ROWS][VECTORS];
  guint i, v;
  gsize p;

  for (i = 0; i < m; i++)
    for (v = 0; v < VECTORS; v++)
      sum[i][v] = cpu_vf_splat (0.0f);
  for (p = 0; p < k; p++, panel += pitch) {
    CpuVf row[VECTORS];

    for (v = 0; v < VECTORS; v++)
      row[v] = cpu_vf_load (panel + v * CPU_VW);
    for (i = 0; i < m; i++) {
      CpuVf factor = cpu_vf_splat (a[i * a_pitch + p]);

      for (v = 0; v < VECTORS; v++)
        sum[i][v] += row[v] * factor;
    }
  }
  for (i = 0; i < m; i++) {
    for (v = 0; v < VECTORS && v * CPU_VW < n; v++) {
      float *dst = y + i * y_pitch + v * CPU_VW;
      guint part = MIN (n - v * CPU_VW, CPU_VW);

      if (add)
        sum[i][v] += cpu_vf_load_part (dst, part);
      cpu_vf_store_part (dst, sum[i][v], part);
    }
  }
}

static void
rows (float *y, gsize y_pitch, const float *a, gsize a_pitch,
    const float *panel, gsize pitch, gsize m, gsize n, gsize k, gboolean add)
{
  gsize i = 0;

#define TILES(r) \
  for (; i + (r) <= m; i += (r)) \
    tile (y + i * y_pitch, y_pitch, a + i * a_pitch, a_pitch, panel, pitch, \
        (r), n, k, add);

  TILES (ROWS)
      TILES (4)
      TILES (2)
      TILES (1)
#undef TILES
}

const CpuSimdMatmul CPU_SIMD_NAME (cpu_simd_matmul) = {
  .columns = VECTORS * CPU_VW,
  .pack = pack,
  .rows = rows,
};
