/* gst-stylegan: what is done to single rows before and after a convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/conv.h"

#include "cpu/simd/conv_tables.h"

#include <string.h>

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

/* The splats of a map. */
typedef struct
{
  CpuVf scale, shift, alpha, lo, hi;
} MapVectors;

CPU_INLINE MapVectors
map_vectors (const CpuConvMap * map)
{
  MapVectors m = {
    cpu_vf_splat (map->scale), cpu_vf_splat (map->shift),
    cpu_vf_splat (map->alpha), cpu_vf_splat (map->lo), cpu_vf_splat (map->hi)
  };

  return m;
}

CPU_INLINE CpuVf
map_vector (CpuVf v, const MapVectors * m, const gboolean affine,
    const gboolean clamp, const gboolean leaky)
{
  if (affine)
    v = v * m->scale + m->shift;
  if (clamp)
    v = cpu_vf_min (m->hi, cpu_vf_max (m->lo, v));
  if (leaky)
    v = cpu_vf_select (v < 0.0f, v * m->alpha, v);
  return v;
}

/* Calls FUNC with what @map has as constants at the end of its arguments. */
#define MAP_CALL(map, FUNC, ...) \
G_STMT_START { \
  if ((map)->affine && (map)->leaky) \
    FUNC (__VA_ARGS__, TRUE, FALSE, TRUE); \
  else if ((map)->affine && (map)->clamp) \
    FUNC (__VA_ARGS__, TRUE, TRUE, FALSE); \
  else if ((map)->affine) \
    FUNC (__VA_ARGS__, TRUE, FALSE, FALSE); \
  else if ((map)->leaky) \
    FUNC (__VA_ARGS__, FALSE, FALSE, TRUE); \
  else if ((map)->clamp) \
    FUNC (__VA_ARGS__, FALSE, TRUE, FALSE); \
  else \
    FUNC (__VA_ARGS__, FALSE, FALSE, FALSE); \
} G_STMT_END

CPU_INLINE void
map_row_as (float *dst, const float *src, guint n, const CpuConvMap * map,
    const gboolean affine, const gboolean clamp, const gboolean leaky)
{
  const MapVectors m = map_vectors (map);

  if (affine || clamp || leaky || dst != src)
    FOR_ROW (v = map_vector (v, &m, affine, clamp, leaky));
}

static void
map_row (float *dst, const float *src, guint n, const CpuConvMap * map)
{
  MAP_CALL (map, map_row_as, dst, src, n, map);
}

CPU_INLINE void
map_panels_as (const CpuConvPanels * p, float *to, const float *from,
    guint n_px, const gboolean affine, const gboolean clamp,
    const gboolean leaky)
{
  MapVectors m = map_vectors (p->map);
  guint c, k;

  for (c = 0; c < p->n_channels; c++, from += p->plane, to += p->size) {
    const float *src = from;
    float *dst = to;
    guint n = n_px, j;

    if (affine) {
      m.scale = cpu_vf_splat (p->scale[c]);
      m.shift = cpu_vf_splat (p->shift[c]);
    }
    for (; n >= p->size; n -= p->size, src += p->size, dst += p->pitch) {
      for (j = 0; j < p->size; j += 2 * CPU_VW) {
#pragma GCC unroll 2
        for (k = 0; k < 2; k++)
          cpu_vf_store (dst + j + k * CPU_VW, map_vector (cpu_vf_load (src + j
                      + k * CPU_VW), &m, affine, clamp, leaky));
      }
    }
    FOR_ROW (v = map_vector (v, &m, affine, clamp, leaky));
  }
}

static void
map_panels (const CpuConvPanels * p, float *dst, const float *src, guint n)
{
  CpuConvMap map = *p->map;

  map.affine = p->scale != NULL;
  MAP_CALL (&map, map_panels_as, p, dst, src, n);
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

/* Close to the mean of a row even where that is much larger than the deviation,
 * because it sums differences to the first element. Every fourth vector will do. */
CPU_INLINE float
row_mean (const float *src, guint n)
{
  CpuVf sum = { 0 }, first = cpu_vf_splat (src[0]);
  guint i, count = 0;

  if (n < CPU_VW)
    return src[0] + cpu_vf_sum (cpu_vf_keep (cpu_vf_load_part (src, n) - first,
            n)) / n;
  for (i = 0; i + CPU_VW <= n; i += 4 * CPU_VW, count += CPU_VW)
    sum += cpu_vf_load (src + i) - first;
  return src[0] + cpu_vf_sum (sum) / count;
}

CPU_INLINE double
sum_lanes (const float *lanes)
{
  return cpu_vf_sum (cpu_vf_load (lanes));
}

/* Where y - shift is large beside the deviation, the variance is a small difference
 * of large numbers, and the rounding of fp32 shows. So the shift moves to the mean
 * of all that was seen each time that has doubled: never can most of y be far from
 * it. Double is exact enough to convert the totals. */
#define LANE_FIRST 8
#define LANE_MAX 512

static void
empty_lanes (CpuConvSums * sums)
{
  double by;

  sums->total1 += sum_lanes (sums->s1);
  sums->total2 += sum_lanes (sums->s2);
  memset (sums->s1, 0, sizeof sums->s1);
  memset (sums->s2, 0, sizeof sums->s2);
  by = (float) (sums->shift + sums->total1 / sums->n) - (double) sums->shift;
  sums->total2 += by * (sums->n * by - 2.0 * sums->total1);
  sums->total1 -= sums->n * by;
  sums->shift += by;
  sums->in_lanes = 0;
  sums->lane_max = CLAMP (2 * sums->lane_max, 2 * LANE_FIRST, LANE_MAX);
}

static void
sums_count (CpuConvSums * sums, guint n, guint n_lane)
{
  gboolean first = sums->in_lanes == 0;
  guint most = first ? LANE_MAX : MAX (sums->lane_max, LANE_FIRST);

  sums->n += n;
  sums->in_lanes += n_lane;
  if (sums->in_lanes > most)
    empty_lanes (sums);
}

static void
sums_moments (double (*m)[2], const CpuConvSums * sums, guint n)
{
  guint i;

  for (i = 0; i < n; i++) {
    double s1 = sums[i].total1 + sum_lanes (sums[i].s1);
    double s2 = sums[i].total2 + sum_lanes (sums[i].s2);
    double mean = s1 / sums[i].n;

    m[i][0] = sums[i].shift + mean;
    m[i][1] = s2 - s1 * mean;
  }
}

CPU_INLINE void
finish_row (CpuConvSums * sums, float *y, const float *residual, guint n,
    const MapVectors * m, const gboolean clamp, const gboolean leaky,
    const gboolean add, const gboolean moments)
{
  CpuVf s[2] = { {0} }, q[2] = { {0} }, shift = { 0 };
  guint i = 0, k;

  if (moments) {
    shift = cpu_vf_splat (sums->shift);
    s[0] = cpu_vf_load (sums->s1);
    q[0] = cpu_vf_load (sums->s2);
  }
  for (; i + 2 * CPU_VW <= n; i += 2 * CPU_VW) {
#pragma GCC unroll 2
    for (k = 0; k < 2; k++) {
      CpuVf v = cpu_vf_load (y + i + k * CPU_VW), d;

      if (add)
        v += cpu_vf_load (residual + i + k * CPU_VW);
      v = map_vector (v, m, FALSE, clamp, leaky);
      if (add || clamp || leaky)
        cpu_vf_store (y + i + k * CPU_VW, v);
      if (moments) {
        d = v - shift;
        s[k] += d;
        q[k] += d * d;
      }
    }
  }
  for (; i < n; i += CPU_VW) {
    guint left = MIN (n - i, CPU_VW);
    CpuVf v = cpu_vf_load_part (y + i, left), d;

    if (add)
      v += cpu_vf_load_part (residual + i, left);
    v = map_vector (v, m, FALSE, clamp, leaky);
    if (add || clamp || leaky)
      cpu_vf_store_part (y + i, v, left);
    if (moments) {
      d = cpu_vf_keep (v - shift, left);
      s[0] += d;
      q[0] += d * d;
    }
  }
  if (moments) {
    cpu_vf_store (sums->s1, s[0] + s[1]);
    cpu_vf_store (sums->s2, q[0] + q[1]);
  }
}

/* @map's clamp and leaky, or neither. */
CPU_INLINE void
finish_rows_as (CpuConvSums * sums, float *y, gsize pitch,
    const float *residual, guint n_rows, guint n, const CpuConvMap * map,
    const gboolean clamp, const gboolean leaky)
{
  const MapVectors m = map_vectors (map);
  guint r;

  for (r = 0; r < n_rows; r++, y += pitch) {
    const float *add = residual != NULL ? residual + r * pitch : NULL;

    if (sums == NULL || sums[r].n == 0) {
      if (add != NULL)
        finish_row (NULL, y, add, n, &m, clamp, leaky, TRUE, FALSE);
      else if (clamp || leaky)
        finish_row (NULL, y, NULL, n, &m, clamp, leaky, FALSE, FALSE);
      if (sums == NULL)
        continue;
      sums[r].shift = row_mean (y, n);
      finish_row (&sums[r], y, NULL, n, &m, FALSE, FALSE, FALSE, TRUE);
    } else if (add != NULL) {
      finish_row (&sums[r], y, add, n, &m, clamp, leaky, TRUE, TRUE);
    } else {
      finish_row (&sums[r], y, NULL, n, &m, clamp, leaky, FALSE, TRUE);
    }
    sums_count (&sums[r], n, n / CPU_VW + 1);
  }
}

static void
finish_rows (CpuConvSums * sums, float *y, gsize pitch, const float *residual,
    guint n_rows, guint n, const CpuConvMap * map)
{
  if (map->leaky)
    finish_rows_as (sums, y, pitch, residual, n_rows, n, map, FALSE, TRUE);
  else if (map->clamp)
    finish_rows_as (sums, y, pitch, residual, n_rows, n, map, TRUE, FALSE);
  else
    finish_rows_as (sums, y, pitch, residual, n_rows, n, map, FALSE, FALSE);
}

const CpuSimdConv CPU_SIMD_NAME (cpu_simd_conv) = {
  .tiles = CPU_SIMD_NAME (cpu_conv_tiles),
  .n_tiles = CPU_CONV_N_TILES,
  .winograd = &CPU_SIMD_NAME (cpu_conv_winograd),
  .depth_tiles = CPU_SIMD_NAME (cpu_conv_depth_tiles),
  .map_row = map_row,
  .map_panels = map_panels,
  .tanh_row = tanh_row,
  .sigmoid_row = sigmoid_row,
  .split_row = split_row,
  .join_row = join_row,
  .finish_rows = finish_rows,
  .sums_count = sums_count,
  .sums_moments = sums_moments,
};
