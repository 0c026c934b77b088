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

/* Integers below 2^24, exact in floats. */
CPU_INLINE CpuVf
weighted (const gfloat * const *rows, const gfloat * weights, gsize n_rows,
    gsize at, gfloat offset, gfloat gain)
{
  CpuVf sum = { 0 };

  for (gsize k = 0; k < n_rows; k++)
    sum += quantise_vf ((cpu_vf_load (rows[k] + at) - offset) * gain)
        * weights[k];
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

static void
pack (guint8 * dst, const gfloat * src, gsize n)
{
  gsize i = 0;

  for (; i + CPU_VW <= n; i += CPU_VW) {
    CpuVi v = __builtin_convertvector (quantise_vf (cpu_vf_load (src + i)),
        CpuVi);

    for (guint k = 0; k < CPU_VW; k++)
      dst[i + k] = v[k];
  }
  for (; i < n; i++)
    dst[i] = quantise (src[i]);
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
warp_plane (const CpuWarpRun * r, gsize plane)
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
      store (r->dst + plane + row * r->dst_pitch + i,
          lines[row] * r->ky[0] + lines[row + 1] * r->ky[1]
          + lines[row + 2] * r->ky[2] + lines[row + 3] * r->ky[3], part);
  }
}

static void
warp (const CpuWarpRun * r)
{
  for (gsize c = 0; c < r->n_planes; c++)
    warp_plane (r, c * r->plane_size);
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
  gfloat sums[TILE + 2 + CPU_VW];

  for (; begin < end; begin += TILE) {
    gsize n = MIN (end - begin, TILE), i = 0;

    sums[0] = square_at (now, before, begin > 0 ? begin - 1
        : wrap ? width - 1 : 0);
    for (; i + CPU_VW <= n; i += CPU_VW) {
      CpuVf sum = { 0 };

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

    length = cpu_vf_min (length, open * w->slack);
    length = cpu_vf_select (trust > 0.5f, cpu_vf_max (length, one), one);
    store (w->length + i, length, part);
    store (w->weight + i, w->strength * trust * (1.0f - 1.0f / length), part);
    store (w->open + i, open, part);
  }
}

typedef struct
{
  CpuVf v[9];                   /* 3 x 3, the middle one at 4 */
} Window;

CPU_INLINE CpuVf
blend_vf (const CpuBlendRow * r, const Window * s, gsize x, guint part)
{
  CpuVf middle = s->v[4], mean = { 0 }, square = { 0 }, d, h, w;

  for (guint k = 0; k < 9; k++) {
    CpuVf e = s->v[k] - middle;

    mean += e;
    square += e * e;
  }
  mean = mean * (1.0f / 9);
  square = square * (1.0f / 9) - mean * mean;
  d = cpu_vf_sqrt (cpu_vf_max (square, cpu_vf_splat (0.0f))) * r->clip
      + r->clip_floor;
  d = d * load (r->open + (x - r->begin), part);
  h = load (r->warped + x, part) - middle;
  h = cpu_vf_max (cpu_vf_min (h, mean + d), mean - d);
  w = load (r->weight + (x - r->begin), part);
  return cpu_vf_select (w > 0.0f, middle + w * h, middle);
}

CPU_INLINE void
put (const CpuBlendRow * r, gsize x, CpuVf v, guint part)
{
  store (r->out + x, v, part);
  if (r->history)
    store (r->history + x, v, part);
}

/* A pixel at the border of the picture. */
CPU_INLINE void
blend_border (const CpuBlendRow * r, gsize x)
{
  const gfloat *rows[3] = { r->above, r->row, r->below };
  gsize left = x > 0 ? x - 1 : r->wrap ? r->width - 1 : 0;
  gsize right = x + 1 < r->width ? x + 1 : r->wrap ? 0 : x;
  Window s;

  for (guint k = 0; k < 3; k++) {
    s.v[3 * k] = load (rows[k] + left, 1);
    s.v[3 * k + 1] = load (rows[k] + x, 1);
    s.v[3 * k + 2] = load (rows[k] + right, 1);
  }
  put (r, x, blend_vf (r, &s, x, 1), 1);
}

static void
blend (const CpuBlendRow * r)
{
  const gfloat *rows[3] = { r->above, r->row, r->below };
  gsize x = r->begin, end = MIN (r->end, r->width - 1);

  if (x == 0 && r->end > 0)
    blend_border (r, x++);
  for (; x < end; x += CPU_VW) {
    guint part = MIN (end - x, CPU_VW);
    Window s;

    for (guint k = 0; k < 9; k++)
      s.v[k] = load (rows[k / 3] + x + k % 3 - 1, part);
    put (r, x, blend_vf (r, &s, x, part), part);
  }
  if (r->end == r->width && r->width > 1)
    blend_border (r, r->width - 1);
}

static gdouble
error (const gfloat * now, const gfloat * before, const gfloat * trust,
    gsize n, gint factor, gsize * trusted)
{
  gdouble sum = 0;
  gsize count = 0;

  for (gsize i = 0; i < n; i++) {
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
  .match = CPU_SIMD_NAME (cpu_simd_flow_match),
  .steps = steps,
  .median = median,
  .warp = warp,
  .confidence = confidence,
  .weights = weights,
  .blend = blend,
  .error = error,
};
