/* gst-stylegan: kernels of training
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/train.h"

extern const CpuSimdTrain CPU_SIMD_NAME (cpu_simd_train);

/* A tile of sums, what it is the product of and one to load: all in registers. */
#if CPU_VREGS == 32
#define ROWS 4
#define COLUMNS 6
#else
#define ROWS 3
#define COLUMNS 4
#endif

/* Halves added to each other. */
CPU_INLINE float
add_lanes (CpuVf v)
{
#if CPU_VW == 16
  __m256 half = _mm256_add_ps (_mm512_castps512_ps256 ((__m512) v),
      _mm512_extractf32x8_ps ((__m512) v, 1));
  __m128 four = _mm_add_ps (_mm256_castps256_ps128 (half),
      _mm256_extractf128_ps (half, 1));
#elif CPU_VW == 8
  __m128 four = _mm_add_ps (_mm256_castps256_ps128 ((__m256) v),
      _mm256_extractf128_ps ((__m256) v, 1));
#else
  __m128 four = (__m128) v;
#endif

  four = _mm_add_ps (four, _mm_movehl_ps (four, four));
  return _mm_cvtss_f32 (_mm_add_ss (four, _mm_movehdup_ps (four)));
}

CPU_INLINE void
correlate_as (float *sums, gsize pitch, const float *const *a,
    const float *const *b, const guint m, guint columns, gsize n)
{
  CpuVf sum[ROWS][COLUMNS];
  guint i, k;
  gsize j;

  for (i = 0; i < m; i++)
    for (k = 0; k < COLUMNS; k++)
      sum[i][k] = cpu_vf_splat (0.0f);
  for (j = 0; j < n; j += CPU_VW) {
    CpuVf left[ROWS];

    for (i = 0; i < m; i++)
      left[i] = cpu_vf_load (a[i] + j);
    for (k = 0; k < COLUMNS; k++) {
      CpuVf right = cpu_vf_load (b[k] + j);

      for (i = 0; i < m; i++)
        sum[i][k] += left[i] * right;
    }
  }
  for (i = 0; i < m; i++)
    for (k = 0; k < columns; k++)
      sums[i * pitch + k] += add_lanes (sum[i][k]);
}

static void
correlate (float *sums, gsize pitch, const float *const *a,
    const float *const *b, guint m, guint columns, gsize n)
{
  if (m == 4)
    correlate_as (sums, pitch, a, b, MIN (4, ROWS), columns, n);
  else if (m == 3)
    correlate_as (sums, pitch, a, b, 3, columns, n);
  else if (m == 2)
    correlate_as (sums, pitch, a, b, 2, columns, n);
  else
    correlate_as (sums, pitch, a, b, 1, columns, n);
}

static void
gate (float *dx, const float *x, const float *dy, gsize n,
    const SgGateAttrs * attrs)
{
  CpuVf low = cpu_vf_splat (attrs->low), high = cpu_vf_splat (attrs->high);
  CpuVf below = cpu_vf_splat (attrs->below);
  CpuVf inside = cpu_vf_splat (attrs->inside);
  CpuVf above = cpu_vf_splat (attrs->above);
  gsize i;

  for (i = 0; i < n; i += CPU_VW) {
    guint part = MIN (n - i, CPU_VW);
    CpuVf v = part == CPU_VW ? cpu_vf_load (x + i)
        : cpu_vf_load_part (x + i, part);
    CpuVf slope = cpu_vf_select ((CpuVi) (v < low), below,
        cpu_vf_select ((CpuVi) (v > high), above, inside));

    if (part == CPU_VW)
      cpu_vf_store (dx + i, slope * cpu_vf_load (dy + i));
    else
      cpu_vf_store_part (dx + i, slope * cpu_vf_load_part (dy + i, part), part);
  }
}

static void
norm_sums (double *sums, const float *x, const float *dy, gsize n, float mean)
{
  CpuVf a = cpu_vf_splat (0.0f), b = a;
  float sum[2];
  gsize i;

  for (i = 0; i + CPU_VW <= n; i += CPU_VW) {
    CpuVf d = cpu_vf_load (dy + i);

    a += d;
    b += d * (cpu_vf_load (x + i) - mean);
  }
  sum[0] = add_lanes (a);
  sum[1] = add_lanes (b);
  for (; i < n; i++) {
    sum[0] += dy[i];
    sum[1] += dy[i] * (x[i] - mean);
  }
  sums[0] += sum[0];
  sums[1] += sum[1];
}

static void
norm_grad (float *dx, const float *x, const float *dy, gsize n, float mean,
    float factor, float shift, float slope)
{
  gsize i;

  for (i = 0; i + CPU_VW <= n; i += CPU_VW)
    cpu_vf_store (dx + i, factor * (cpu_vf_load (dy + i) - shift
            - (cpu_vf_load (x + i) - mean) * slope));
  for (; i < n; i++)
    dx[i] = factor * (dy[i] - shift - (x[i] - mean) * slope);
}

/* One vector, or @part of it, at @i. */
CPU_INLINE void
adam_vector (float *const *dst, const float *const *src, gsize i, guint part,
    const CpuAdam * adam)
{
  CpuVf p = cpu_vf_load_part (src[0] + i, part);
  CpuVf g = cpu_vf_load_part (src[1] + i, part);
  CpuVf m = cpu_vf_load_part (src[2] + i, part) * adam->keep_m
      + g * adam->add_m;
  CpuVf v = cpu_vf_load_part (src[3] + i, part) * adam->keep_v
      + g * (g * adam->add_v);

  cpu_vf_store_part (dst[0] + i, p - adam->rate * m
      / (cpu_vf_sqrt (v * adam->v_scale) + adam->epsilon), part);
  cpu_vf_store_part (dst[1] + i, m, part);
  cpu_vf_store_part (dst[2] + i, v, part);
}

static void
adam (float *const *dst, const float *const *src, gsize n,
    const CpuAdam * factors)
{
  gsize i;

  for (i = 0; i + CPU_VW <= n; i += CPU_VW)
    adam_vector (dst, src, i, CPU_VW, factors);
  if (i < n)
    adam_vector (dst, src, i, n - i, factors);
}

const CpuSimdTrain CPU_SIMD_NAME (cpu_simd_train) = {
  .rows = ROWS,
  .columns = COLUMNS,
  .correlate = correlate,
  .gate = gate,
  .norm_sums = norm_sums,
  .norm_grad = norm_grad,
  .adam = adam,
};
