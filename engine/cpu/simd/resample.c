/* gst-stylegan: mixing rows and samples of rows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/resample.h"

extern const CpuSimdResample CPU_SIMD_NAME (cpu_simd_resample);

/* @n_rows is constant where this is inlined for few rows. */
CPU_INLINE void
mix_rows_as (float *dst, const float *const *rows, const float *weights,
    const guint n_rows, gsize n, gboolean add)
{
  gsize i;
  guint k;

  for (i = 0; i + CPU_VW <= n; i += CPU_VW) {
    CpuVf sum = cpu_vf_load (rows[0] + i) * weights[0];

    for (k = 1; k < n_rows; k++)
      sum += cpu_vf_load (rows[k] + i) * weights[k];
    cpu_vf_store (dst + i, add ? sum + cpu_vf_load (dst + i) : sum);
  }
  for (; i < n; i++) {
    float sum = rows[0][i] * weights[0];

    for (k = 1; k < n_rows; k++)
      sum += rows[k][i] * weights[k];
    dst[i] = add ? sum + dst[i] : sum;
  }
}

static void
mix_rows (float *dst, const float *const *rows, const float *weights,
    guint n_rows, gsize n, gboolean add)
{
  if (n_rows == 2)
    mix_rows_as (dst, rows, weights, 2, n, add);
  else if (n_rows == 4)
    mix_rows_as (dst, rows, weights, 4, n, add);
  else
    mix_rows_as (dst, rows, weights, n_rows, n, add);
}

/* Where a group finds its inputs: in one vector, in two, or anywhere. */
typedef enum
{ FROM_ONE, FROM_TWO, FROM_MEMORY } Source;

CPU_INLINE Source
source_of (const CpuFilter * filter)
{
#if CPU_VW > 4
  if (filter->span <= CPU_VW)
    return FROM_ONE;
  if (filter->span <= 2 * CPU_VW)
    return FROM_TWO;
#endif
  return FROM_MEMORY;
}

CPU_INLINE CpuVi
load_index (const gint32 * p)
{
  return (CpuVi) cpu_vf_load ((const float *) p);
}

/* Element @index of lo, hi, or from @src on. */
CPU_INLINE CpuVf
look_up (CpuVf lo, CpuVf hi, const float *src, CpuVi index, const Source source)
{
#if defined (__AVX512F__)
  if (source == FROM_ONE)
    return (CpuVf) _mm512_permutexvar_ps ((__m512i) index, (__m512) lo);
  if (source == FROM_TWO)
    return (CpuVf) _mm512_permutex2var_ps ((__m512) lo, (__m512i) index,
        (__m512) hi);
  return (CpuVf) _mm512_i32gather_ps ((__m512i) index, src, 4);
#elif defined (__AVX2__)
  if (source == FROM_MEMORY)
    return (CpuVf) _mm256_i32gather_ps (src, (__m256i) index, 4);
  lo = (CpuVf) _mm256_permutevar8x32_ps ((__m256) lo, (__m256i) index);
  if (source == FROM_ONE)
    return lo;
  hi = (CpuVf) _mm256_permutevar8x32_ps ((__m256) hi, (__m256i) index);
  return cpu_vf_select (index > 7, hi, lo);
#else
  CpuVf v;
  guint i;

  for (i = 0; i < CPU_VW; i++)
    v[i] = src[index[i]];
  return v;
#endif
}

CPU_INLINE void
store_group (float *dst, CpuVf v, gsize rest)
{
  if (rest >= CPU_VW)
    cpu_vf_store (dst, v);
  else
    cpu_vf_store_part (dst, v, rest);
}

CPU_INLINE void
filter_row_as (float *dst, const float *src, const CpuFilter * f,
    const guint n_taps, const Source source)
{
  const float *weights = f->weights;
  gsize i;

  for (i = 0; i < f->n; i += CPU_VW) {
    const float *from = src + f->base[i / CPU_VW];
    CpuVi index = load_index (f->index + i);
    CpuVf lo = { 0 }, hi = { 0 }, sum = { 0 };
    guint k;

    for (k = 0; k < n_taps; k++, from++, weights += CPU_VW) {
      if (source != FROM_MEMORY)
        lo = cpu_vf_load (from);
      if (source == FROM_TWO)
        hi = cpu_vf_load (from + CPU_VW);
      sum += look_up (lo, hi, from, index, source) * cpu_vf_load (weights);
    }
    store_group (dst + i, sum, f->n - i);
  }
}

static void
filter_row (float *dst, const float *src, const CpuFilter * f)
{
  Source source = source_of (f);

  if (source == FROM_ONE && f->n_taps == 2)
    filter_row_as (dst, src, f, 2, FROM_ONE);
  else if (source == FROM_ONE)
    filter_row_as (dst, src, f, f->n_taps, FROM_ONE);
  else if (source == FROM_TWO)
    filter_row_as (dst, src, f, f->n_taps, FROM_TWO);
  else
    filter_row_as (dst, src, f, f->n_taps, FROM_MEMORY);
}

CPU_INLINE void
pick_row_as (float *dst, const float *src, gsize src_n, const CpuFilter * f,
    const Source source)
{
  gsize readable = source == FROM_ONE ? CPU_VW : 2 * CPU_VW, i;

  for (i = 0; i < f->n; i += CPU_VW) {
    gsize base = f->base[i / CPU_VW];
    CpuVi index = load_index (f->index + i);
    CpuVf lo, hi = { 0 }, v;

    if (source == FROM_MEMORY || base + readable > src_n) {
      v = look_up (hi, hi, src + base, index, FROM_MEMORY);
    } else {
      lo = cpu_vf_load (src + base);
      if (source == FROM_TWO)
        hi = cpu_vf_load (src + base + CPU_VW);
      v = look_up (lo, hi, src + base, index, source);
    }
    store_group (dst + i, v, f->n - i);
  }
}

static void
pick_row (float *dst, const float *src, gsize src_n, const CpuFilter * f)
{
  Source source = source_of (f);

  if (source == FROM_ONE)
    pick_row_as (dst, src, src_n, f, FROM_ONE);
  else if (source == FROM_TWO)
    pick_row_as (dst, src, src_n, f, FROM_TWO);
  else
    pick_row_as (dst, src, src_n, f, FROM_MEMORY);
}

/* CPU_VW elements @stride apart. */
CPU_INLINE CpuVf
load_strided (const float *src, const guint stride)
{
  CpuVf v, odd;
  guint i;

  if (stride == 1)
    return cpu_vf_load (src);
  if (stride == 2) {
    cpu_vf_unzip (cpu_vf_load (src), cpu_vf_load (src + CPU_VW), &v, &odd);
    return v;
  }
  for (i = 0; i < CPU_VW; i++)
    v[i] = src[i * stride];
  return v;
}

CPU_INLINE void
max_row_as (float *dst, const float *src, gsize n, guint n_taps,
    const guint stride, guint dilation)
{
  gsize i;

  for (i = 0; i < n; i += CPU_VW) {
    const float *from = src + i * stride;
    CpuVf max = load_strided (from, stride);
    guint k;

    for (k = 1; k < n_taps; k++)
      max = cpu_vf_max (load_strided (from + (gsize) k * dilation, stride),
          max);
    store_group (dst + i, max, n - i);
  }
}

static void
max_row (float *dst, const float *src, gsize n, guint n_taps, guint stride,
    guint dilation)
{
  if (stride == 1)
    max_row_as (dst, src, n, n_taps, 1, dilation);
  else if (stride == 2)
    max_row_as (dst, src, n, n_taps, 2, dilation);
  else
    max_row_as (dst, src, n, n_taps, stride, dilation);
}

CPU_INLINE void
max_index_as (gint32 * index, const float *src, guint n_rows, gsize pitch,
    guint n_taps, const guint stride, guint dilation)
{
  CpuVf max = load_strided (src, stride);
  CpuVi best = (CpuVi) cpu_vf_splat (0.0f);
  guint r, k;

  for (r = 0; r < n_rows; r++) {
    for (k = 0; k < n_taps; k++) {
      gsize at = r * pitch + (gsize) k * dilation;
      CpuVf v = load_strided (src + at, stride);
      CpuVi larger = (CpuVi) (v > max);

      max = cpu_vf_select (larger, v, max);
      best = (larger & (gint32) at) | (~larger & best);
    }
  }
  cpu_vf_store ((float *) index, (CpuVf) best);
}

static void
max_index (gint32 * index, const float *src, guint n_rows, gsize pitch,
    guint n_taps, guint stride, guint dilation)
{
  if (stride == 1)
    max_index_as (index, src, n_rows, pitch, n_taps, 1, dilation);
  else if (stride == 2)
    max_index_as (index, src, n_rows, pitch, n_taps, 2, dilation);
  else
    max_index_as (index, src, n_rows, pitch, n_taps, stride, dilation);
}

const CpuSimdResample CPU_SIMD_NAME (cpu_simd_resample) = {
  .mix_rows = mix_rows,
  .filter_row = filter_row,
  .pick_row = pick_row,
  .max_row = max_row,
  .max_index = max_index,
};
