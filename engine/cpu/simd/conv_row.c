/* gst-stylegan: what is done to single rows before and after a convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/conv.h"

#include "cpu/simd/conv_tables.h"

/* Runs BODY for each vector of a row: v is loaded from src + i and stored to
 * dst + i; only the valid part of the last vector is touched. */
#define FOR_ROW(BODY) \
G_STMT_START { \
  guint i; \
\
  for (i = 0; i + CPU_VW <= n; i += CPU_VW) { \
    CpuVf v = cpu_vf_load (src + i); \
    BODY; \
    cpu_vf_store (dst + i, v); \
  } \
  if (i < n) { \
    CpuVf v = cpu_vf_load_part (src + i, n - i); \
    BODY; \
    cpu_vf_store_part (dst + i, v, n - i); \
  } \
} G_STMT_END

CPU_INLINE void
map_row_as (float *dst, const float *src, guint n, const CpuConvMap * map,
    const gboolean affine, const gboolean clamp, const gboolean leaky)
{
  const CpuVf scale = cpu_vf_splat (map->scale);
  const CpuVf shift = cpu_vf_splat (map->shift);
  const CpuVf alpha = cpu_vf_splat (map->alpha);
  const CpuVf lo = cpu_vf_splat (map->lo), hi = cpu_vf_splat (map->hi);

  /* *INDENT-OFF* */
  FOR_ROW (
      if (affine)
        v = v * scale + shift;
      if (clamp)
        v = cpu_vf_min (hi, cpu_vf_max (lo, v));
      if (leaky)
        v = cpu_vf_select (v < 0.0f, v * alpha, v);
  );
  /* *INDENT-ON* */
}

static void
map_row (float *dst, const float *src, guint n, const CpuConvMap * map)
{
  if (map->affine) {
    if (map->leaky)
      map_row_as (dst, src, n, map, TRUE, FALSE, TRUE);
    else if (map->clamp)
      map_row_as (dst, src, n, map, TRUE, TRUE, FALSE);
    else
      map_row_as (dst, src, n, map, TRUE, FALSE, FALSE);
  } else {
    if (map->leaky)
      map_row_as (dst, src, n, map, FALSE, FALSE, TRUE);
    else if (map->clamp)
      map_row_as (dst, src, n, map, FALSE, TRUE, FALSE);
    else if (dst != src)
      map_row_as (dst, src, n, map, FALSE, FALSE, FALSE);
  }
}

static void
tanh_row (float *dst, const float *src, guint n)
{
  FOR_ROW (v = cpu_vf_tanh (v));
}

static void
sigmoid_row (float *dst, const float *src, guint n)
{
  FOR_ROW (v = cpu_vf_sigmoid (v));
}

static void
add_row (float *dst, const float *src, guint n)
{
  guint i;

  for (i = 0; i + CPU_VW <= n; i += CPU_VW)
    cpu_vf_store (dst + i, cpu_vf_load (dst + i) + cpu_vf_load (src + i));
  if (i < n)
    cpu_vf_store_part (dst + i, cpu_vf_load_part (dst + i, n - i)
        + cpu_vf_load_part (src + i, n - i), n - i);
}

static void
split_row (float *dst, gsize pitch, const float *src, guint n, guint s)
{
  guint i, p;

  if (s == 2) {
    for (i = 0; i < n; i += CPU_VW) {
      CpuVf even, odd;

      cpu_vf_unzip (cpu_vf_load (src + 2 * i),
          cpu_vf_load (src + 2 * i + CPU_VW), &even, &odd);
      cpu_vf_store (dst + i, even);
      cpu_vf_store (dst + pitch + i, odd);
    }
    return;
  }
  for (p = 0; p < s; p++) {
    for (i = 0; i < n; i++)
      dst[p * pitch + i] = src[(gsize) i * s + p];
  }
}

static void
join_row (float *dst, const float *src, gsize pitch, guint n, guint s)
{
  guint i = 0, p, k;

  if (s == 2) {
    CpuVf a, b;

    for (; i + 2 * CPU_VW <= n; i += 2 * CPU_VW) {
      cpu_vf_zip (cpu_vf_load (src + i / 2),
          cpu_vf_load (src + pitch + i / 2), &a, &b);
      cpu_vf_store (dst + i, a);
      cpu_vf_store (dst + i + CPU_VW, b);
    }
    if (i < n) {
      guint m = MIN (n - i, CPU_VW);

      cpu_vf_zip (cpu_vf_load (src + i / 2),
          cpu_vf_load (src + pitch + i / 2), &a, &b);
      cpu_vf_store_part (dst + i, a, m);
      cpu_vf_store_part (dst + i + m, b, n - i - m);
    }
    return;
  }
  for (k = 0; i < n; k++) {
    for (p = 0; p < s && i < n; p++)
      dst[i++] = src[p * pitch + k];
  }
}

/* Close to the mean of a row even where that is much larger than the
 * deviation, because it sums differences to the first element. */
CPU_INLINE float
row_mean (const float *src, guint n)
{
  CpuVf sum = { 0 }, first = cpu_vf_splat (src[0]);
  float mean;
  guint i;

  for (i = 0; i + CPU_VW <= n; i += CPU_VW)
    sum += cpu_vf_load (src + i) - first;
  mean = cpu_vf_sum (sum);
  for (; i < n; i++)
    mean += src[i] - src[0];
  return src[0] + mean / n;
}

/* The lanes of a row are summed in fp32, rows in double. */
static void
sums_row (CpuConvSums * sums, const float *src, guint n)
{
  CpuVf s1 = { 0 }, s2 = { 0 }, t1 = { 0 }, t2 = { 0 }, shift;
  float l1[CPU_VW], l2[CPU_VW];
  guint i;

  if (sums->n == 0)
    sums->shift = row_mean (src, n);
  sums->n += n;

  shift = cpu_vf_splat (sums->shift);
  for (i = 0; i + 2 * CPU_VW <= n; i += 2 * CPU_VW) {
    CpuVf d = cpu_vf_load (src + i) - shift;
    CpuVf e = cpu_vf_load (src + i + CPU_VW) - shift;

    s1 += d;
    s2 += d * d;
    t1 += e;
    t2 += e * e;
  }
  if (i + CPU_VW <= n) {
    CpuVf d = cpu_vf_load (src + i) - shift;

    s1 += d;
    s2 += d * d;
    i += CPU_VW;
  }
  cpu_vf_store (l1, s1 + t1);
  cpu_vf_store (l2, s2 + t2);
  for (; i < n; i++) {
    float d = src[i] - sums->shift;

    l1[i % CPU_VW] += d;
    l2[i % CPU_VW] += d * d;
  }
  for (i = 0; i < CPU_VW; i++) {
    sums->s1[i] += l1[i];
    sums->s2[i] += l2[i];
  }
}

const CpuSimdConv CPU_SIMD_NAME (cpu_simd_conv) = {
  .tiles = CPU_SIMD_NAME (cpu_conv_tiles),
  .n_tiles = CPU_CONV_N_TILES,
  .winograd = &CPU_SIMD_NAME (cpu_conv_winograd),
  .map_row = map_row,
  .tanh_row = tanh_row,
  .sigmoid_row = sigmoid_row,
  .add_row = add_row,
  .split_row = split_row,
  .join_row = join_row,
  .sums_row = sums_row,
};
