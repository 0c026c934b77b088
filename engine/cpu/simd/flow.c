/* gst-stylegan: rows of pixels for optical flow and the filter over time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/flow.h"

#include "cpu/simd/flow_match.h"

extern const CpuSimdFlow CPU_SIMD_NAME (cpu_simd_flow);

/* Rounds as cpu_vf_round () does, one number. */
CPU_INLINE gfloat
quantise (gfloat x)
{
  return !(x > 0) ? 0 : x >= 255 ? 255 : (gfloat) lrintf (x);
}

CPU_INLINE CpuVf
quantise_vf (CpuVf x)
{
  x = cpu_vf_max (x, cpu_vf_splat (0.0f));
  return cpu_vf_round (cpu_vf_min (x, cpu_vf_splat (255.0f)));
}

/* What comes from memory in rows is asked for this many floats ahead: the processor itself
 * does not look beyond the page that it is in, of which a row takes more than half. */
#define AHEAD 1024

/* Integers below 2^24, exact in floats. */
CPU_INLINE CpuVf
weighted (const gfloat * const *rows, const gfloat * weights, gsize n_rows,
    gsize at, gfloat offset, gfloat gain)
{
  CpuVf sum = { 0 };

  for (gsize k = 0; k < n_rows; k++) {
    __builtin_prefetch (rows[k] + at + AHEAD);
    sum += quantise_vf ((cpu_vf_load (rows[k] + at) - offset) * gain)
        * weights[k];
  }
  return sum;
}

CPU_INLINE gfloat
weighted_one (const gfloat * const *rows, const gfloat * weights,
    gsize n_rows, gsize at, gfloat offset, gfloat gain)
{
  gfloat sum = 0;

  for (gsize k = 0; k < n_rows; k++)
    sum += quantise ((rows[k][at] - offset) * gain) * weights[k];
  return sum;
}

static void
luma (gfloat * dst, const gfloat * const *rows, const gfloat * weights,
    gsize n_rows, gsize n, gint factor, gfloat offset, gfloat gain)
{
  const gint shift = factor == 1 ? 8 : 10, half = 1 << (shift - 1);
  gsize n_dst = (n + factor - 1) / factor, i = 0;

  for (; (i + CPU_VW) * factor <= n; i += CPU_VW) {
    CpuVf sum = weighted (rows, weights, n_rows, i * factor, offset, gain);

    if (factor == 2) {
      CpuVf even, odd;

      cpu_vf_unzip (sum, weighted (rows, weights, n_rows, 2 * i + CPU_VW,
              offset, gain), &even, &odd);
      sum = even + odd;
    }
    cpu_vf_store (dst + i, __builtin_convertvector
        ((__builtin_convertvector (sum, CpuVi) + half) >> shift, CpuVf));
  }
  for (; i < n_dst; i++) {
    gfloat sum = weighted_one (rows, weights, n_rows, i * factor, offset,
        gain);

    if (factor == 2)
      sum += weighted_one (rows, weights, n_rows, MIN (2 * i + 1, n - 1),
          offset, gain);
    dst[i] = ((gint) sum + half) >> shift;
  }
}

/* CPU_VW numbers of 0..255 as bytes. */
CPU_INLINE void
store_bytes (guint8 * dst, CpuVi v)
{
#if CPU_VW == 16
  _mm_storeu_si128 ((__m128i *) dst, _mm512_cvtepi32_epi8 ((__m512i) v));
#elif CPU_VW == 8
  __m128i w = _mm_packus_epi32 (_mm256_castsi256_si128 ((__m256i) v),
      _mm256_extracti128_si256 ((__m256i) v, 1));

  _mm_storel_epi64 ((__m128i *) dst, _mm_packus_epi16 (w, w));
#else
  __m128i w = _mm_packus_epi32 ((__m128i) v, (__m128i) v);

  _mm_storeu_si32 (dst, _mm_packus_epi16 (w, w));
#endif
}

static void
pack (guint8 * dst, const gfloat * src, gsize n)
{
  gsize i = 0;

  for (; i + CPU_VW <= n; i += CPU_VW) {
    CpuVi v = __builtin_convertvector (quantise_vf (cpu_vf_load (src + i)),
        CpuVi);

    __builtin_prefetch (src + i + AHEAD);
    store_bytes (dst + i, v);
  }
  for (; i < n; i++)
    dst[i] = quantise (src[i]);
}

static void
vectors (CpuFlowVector * dst, const gfloat * u, const gfloat * v, gsize n,
    gint unit)
{
  for (gsize i = 0; i < n; i++) {
    gint a = sg_flow_vector (u[i]), b = sg_flow_vector (v[i]);

    dst[i] = (CpuFlowVector) {
    (gint16) a, (gint16) b, (gint16) cpu_flow_round (a, unit),
          (gint16) cpu_flow_round (b, unit)};
  }
}

static void
steps (gfloat * dst, const gfloat * src, gsize n)
{
  for (gsize i = 0; i < n; i++)
    dst[i] = sg_flow_vector (src[i]);
}

/* The first @part floats; a plain load where that is all. */
CPU_INLINE CpuVf
load (const gfloat * p, guint part)
{
  return part == CPU_VW ? cpu_vf_load (p) : cpu_vf_load_part (p, part);
}

CPU_INLINE void
store (gfloat * p, CpuVf v, guint part)
{
  if (part == CPU_VW)
    cpu_vf_store (p, v);
  else
    cpu_vf_store_part (p, v, part);
}

/* --- vector median --------------------------------------------------------- */

CPU_INLINE CpuVf
vf_abs (CpuVf a)
{
  return (CpuVf) ((CpuVi) a & 0x7fffffff);
}

CPU_INLINE void
median_vf (CpuVf * u_out, CpuVf * v_out, const CpuVf * u, const CpuVf * v)
{
  static const guint order[9] = { 4, 0, 1, 2, 3, 5, 6, 7, 8 };
  CpuVf sum[9] = { {0} }, best;

  for (guint i = 0; i < 9; i++)
    for (guint k = i + 1; k < 9; k++) {
      CpuVf d = vf_abs (u[i] - u[k]) + vf_abs (v[i] - v[k]);

      sum[i] += d;
      sum[k] += d;
    }
  best = sum[4];
  *u_out = u[4];
  *v_out = v[4];
  for (guint i = 1; i < 9; i++) {
    guint k = order[i];
    CpuVi better = sum[k] < best;

    best = cpu_vf_select (better, sum[k], best);
    *u_out = cpu_vf_select (better, u[k], *u_out);
    *v_out = cpu_vf_select (better, v[k], *v_out);
  }
}

static void
median (gfloat * u_out, gfloat * v_out, const gfloat * const u[3],
    const gfloat * const v[3], gsize n)
{
  const CpuVf unit = cpu_vf_splat (1.0f / SG_FLOW_FRACTION);

  for (gsize i = 0; i < n; i += CPU_VW) {
    guint part = MIN (n - i, CPU_VW);
    CpuVf us[9], vs[9], mu, mv;

    for (guint k = 0; k < 9; k++) {
      us[k] = load (u[k / 3] + i + k % 3, part);
      vs[k] = load (v[k / 3] + i + k % 3, part);
    }
    median_vf (&mu, &mv, us, vs);
    store (u_out + i, mu * unit, part);
    store (v_out + i, mv * unit, part);
  }
}

/* --- warp -------------------------------------------------------------------- */

/* Every row of the source is filtered along x once, for the up to 4 rows of the
 * result that it is part of. */
CPU_INLINE void
warp_plane (const CpuWarpRun * r, gsize plane, gfloat * dst)
{
  CpuVf lines[SG_FLOW_MAX_STEP + 3];

  for (gsize i = 0; i < r->n; i += CPU_VW) {
    guint part = MIN (r->n - i, CPU_VW);

    for (gsize row = 0; row < r->n_rows + 3; row++) {
      const gfloat *p = r->source[row] + plane + i;

      lines[row] = load (p, part) * r->kx[0];
      for (guint k = 1; k < 4; k++)
        lines[row] += load (p + k, part) * r->kx[k];
    }
    for (gsize row = 0; row < r->n_rows; row++)
      store (dst + row * r->dst_pitch + i,
          lines[row] * r->ky[0] + lines[row + 1] * r->ky[1]
          + lines[row + 2] * r->ky[2] + lines[row + 3] * r->ky[3], part);
  }
}

static void
warp (const CpuWarpRun * r)
{
  for (gsize c = 0; c < r->n_planes; c++)
    warp_plane (r, c * r->plane_size, r->dst + c * r->dst_plane);
}

/* --- confidence ---------------------------------------------------------------- */

/* exp (-x), 0 <= x; below e^-80 as that. */
CPU_INLINE CpuVf
exp_minus (CpuVf x)
{
  return cpu_vf_exp (-cpu_vf_min (x, cpu_vf_splat (80.0f)));
}

CPU_INLINE gfloat
square_at (const gfloat * const now[3], const gfloat * const before[3], gsize x)
{
  gfloat sum = 0;

  for (guint k = 0; k < 3; k++) {
    gfloat d = now[k][x] - before[k][x];

    sum += d * d;
  }
  return sum;
}

#define TILE 256

static void
confidence (gfloat * c, const gfloat * const now[3],
    const gfloat * const before[3], gsize begin, gsize end, gsize width,
    gfloat sharpness, gfloat floor, gboolean wrap)
{
  const gfloat gain = sharpness / (255.0f * 255.0f);
  gfloat line[16 + TILE + 1 + CPU_VW] __attribute__((aligned (64)));
  gfloat *sums = line + 15;

  for (; begin < end; begin += TILE) {
    gsize n = MIN (end - begin, TILE), i = 0;

    sums[0] = square_at (now, before, begin > 0 ? begin - 1
        : wrap ? width - 1 : 0);
    for (; i + CPU_VW <= n; i += CPU_VW) {
      CpuVf sum = { 0 };

      __builtin_prefetch (now[2] + begin + i + AHEAD);
      __builtin_prefetch (before[2] + begin + i + AHEAD);
      __builtin_prefetch (c + begin + i + AHEAD, 1);
      for (guint k = 0; k < 3; k++) {
        CpuVf d = cpu_vf_load (now[k] + begin + i)
            - cpu_vf_load (before[k] + begin + i);

        sum += d * d;
      }
      cpu_vf_store (sums + 1 + i, sum);
    }
    for (; i < n; i++)
      sums[1 + i] = square_at (now, before, begin + i);
    sums[1 + n] = square_at (now, before, begin + n < width ? begin + n
        : wrap ? 0 : width - 1);
    for (i = 0; i < n; i += CPU_VW) {
      guint part = MIN (n - i, CPU_VW);
      CpuVf r = load (sums + i, part)
          + load (sums + i + 1, part)
          + load (sums + i + 2, part);

      r = cpu_vf_max (r * (1.0f / 9) - floor, cpu_vf_splat (0.0f));
      store (c + begin + i, exp_minus (r * gain), part);
    }
  }
}

/* --- blend --------------------------------------------------------------------- */

static void
weights (const CpuBlendWeights * w, gsize n)
{
  const CpuVf one = cpu_vf_splat (1.0f);

  for (gsize i = 0; i < n; i += CPU_VW) {
    guint part = MIN (n - i, CPU_VW);
    CpuVf trust = load (w->confidence + i, part);
    CpuVf length = cpu_vf_min (load (w->length_before + i, part) + 1.0f,
        cpu_vf_splat (w->max_length));
    CpuVf open = 1.0f / cpu_vf_max (1.0f - trust,
        cpu_vf_splat (1.0f / 32));

    __builtin_prefetch (w->confidence + i + AHEAD);
    __builtin_prefetch (w->length_before + i + AHEAD);
    __builtin_prefetch (w->length + i + AHEAD, 1);
    length = cpu_vf_min (length, open * w->slack);
    length = cpu_vf_select (trust > 0.5f, cpu_vf_max (length, one), one);
    store (w->length + i, length, part);
    store (w->weight + i, w->strength * trust * (1.0f - 1.0f / length), part);
    store (w->open + i, open, part);
  }
}

/* What lies one to the left of the @part pixels from row[x], @other where that is out of
 * the row; and one to the right. */
CPU_INLINE CpuVf
load_left (const gfloat * row, gsize x, gsize other, guint part)
{
  gfloat line[CPU_VW + 1];

  if (x > 0)
    return load (row + x - 1, part);
  line[0] = row[other];
  store (line + 1, load (row, part - 1), part - 1);
  return load (line, part);
}

CPU_INLINE CpuVf
load_right (const gfloat * row, gsize x, gsize width, gsize other, guint part)
{
  gfloat line[CPU_VW + 1];

  if (x + part < width)
    return load (row + x + 1, part);
  store (line, load (row + x + 1, part - 1), part - 1);
  line[part - 1] = row[other];
  return load (line, part);
}

/* @part pixels from @x; @inside: with neighbours on both sides. Both are constants for most
 * of a row. */
CPU_INLINE void
blend_pixels (const CpuBlendRow * r, gsize x, guint part, gboolean inside)
{
  const gfloat *rows[3] = { r->above, r->row, r->below };
  const gsize left = r->wrap ? r->width - 1 : 0;
  const gsize right = r->wrap ? 0 : r->width - 1;
  CpuVf middle = load (r->row + x, part), mean = { 0 }, square = { 0 };
  CpuVf d, h, w;

  for (guint k = 0; k < 9; k++) {
    const gfloat *row = rows[k / 3];
    CpuVf e = k % 3 == 1 ? load (row + x, part)
        : inside ? load (row + x + k % 3 - 1, part)
        : k % 3 == 0 ? load_left (row, x, left, part)
        : load_right (row, x, r->width, right, part);

    e -= middle;
    mean += e;
    square += e * e;
  }
  mean = mean * (1.0f / 9);
  square = square * (1.0f / 9) - mean * mean;
  d = cpu_vf_sqrt (cpu_vf_max (square,
          cpu_vf_splat (0.0f))) * r->clip + r->clip_floor;
  d = d * load (r->open + x, part);
  h = load (r->warped + x, part) - middle;
  h = cpu_vf_max (cpu_vf_min (h, mean + d), mean - d);
  w = load (r->weight + x, part);
  middle = cpu_vf_select (w > 0.0f, middle + w * h, middle);
  store (r->out + x, middle, part);
  if (r->history)
    store (r->history + x, middle, part);
}

static void
blend (const CpuBlendRow * row)
{
  const CpuBlendRow r = *row;
  gsize x = CPU_VW;

  blend_pixels (&r, 0, MIN (r.width, CPU_VW), FALSE);
  for (; x + CPU_VW < r.width; x += CPU_VW) {
    __builtin_prefetch (r.below + x + AHEAD);
    __builtin_prefetch (r.warped + x + AHEAD);
    __builtin_prefetch (r.out + x + AHEAD, 1);
    if (r.history)
      __builtin_prefetch (r.history + x + AHEAD, 1);
    blend_pixels (&r, x, CPU_VW, TRUE);
  }
  if (x < r.width)
    blend_pixels (&r, x, r.width - x, FALSE);
}

/* CPU_VW pixels of @p, every one or every second. */
CPU_INLINE CpuVf
load_every (const gfloat * p, gint factor)
{
  CpuVf even, odd;

  if (factor == 1)
    return cpu_vf_load (p);
  cpu_vf_unzip (cpu_vf_load (p), cpu_vf_load (p + CPU_VW), &even, &odd);
  return even;
}

static gdouble
error (const gfloat * now, const gfloat * before, const gfloat * trust,
    gsize n, gint factor, gsize * trusted)
{
  CpuVf sums = { 0 };
  CpuVi counts = { 0 };
  gdouble sum;
  gsize count = 0, i = 0;

  for (; factor <= 2 && (i + CPU_VW) * factor <= n * factor - (factor - 1);
      i += CPU_VW) {
    CpuVf d = cpu_vf_load (now + i) - cpu_vf_load (before + i);
    CpuVi is_trusted = load_every (trust + i * factor, factor) > 0.5f;

    sums += cpu_vf_select (is_trusted, d * d, cpu_vf_splat (0.0f));
    counts -= is_trusted;
  }
  sum = cpu_vf_sum (sums);
  for (guint k = 0; k < CPU_VW; k++)
    count += counts[k];
  for (; i < n; i++) {
    gfloat d = now[i] - before[i];
    gboolean is_trusted = trust[i * factor] > 0.5f;

    sum += is_trusted ? d * d : 0;
    count += is_trusted;
  }
  *trusted += count;
  return sum;
}

const CpuSimdFlow CPU_SIMD_NAME (cpu_simd_flow) = {
  .luma = luma,
  .pack = pack,
  .vectors = vectors,
  .match = CPU_SIMD_NAME (cpu_simd_flow_match),
  .steps = steps,
  .median = median,
  .warp = warp,
  .confidence = confidence,
  .weights = weights,
  .blend = blend,
  .error = error,
};
