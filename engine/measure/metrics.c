/* gst-stylegan: how steady, sharp and faithful a video is
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/measure.h>

#include <math.h>
#include <string.h>

#define CONTRAST_SIGMA 8.0      /* px */
#define DETAIL_SIGMA 1.0

/* --- warp and blur ---------------------------------------------------------- */

/* Four neighbours of a place between pixels. */
typedef struct
{
  gsize at[4];
  gfloat weight[4];
} Tap;

static Tap
find_tap (gint width, gint height, gfloat x, gfloat y)
{
  gint x0, y0, x1, y1;
  gfloat u, v;

  x = CLAMP (x, 0.0f, (gfloat) (width - 1));
  y = CLAMP (y, 0.0f, (gfloat) (height - 1));
  x0 = (gint) x;
  y0 = (gint) y;
  x1 = MIN (x0 + 1, width - 1);
  y1 = MIN (y0 + 1, height - 1);
  u = x - x0;
  v = y - y0;
  return (Tap) {
    {
    (gsize) y0 *width + x0, (gsize) y0 *width + x1,
          (gsize) y1 *width + x0, (gsize) y1 *width + x1}
     ,
    {
    (1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v}
  };
}

static inline gfloat
tap_value (const Tap * tap, const gfloat * plane)
{
  return tap->weight[0] * plane[tap->at[0]] + tap->weight[1]
      * plane[tap->at[1]] + tap->weight[2] * plane[tap->at[2]]
      + tap->weight[3] * plane[tap->at[3]];
}

void
sg_measure_warp (const gfloat * picture, gint planes, gint width, gint height,
    const gfloat * flow, gfloat * out)
{
  gsize n = (gsize) width * height;

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++) {
      gsize at = (gsize) y * width + x;
      Tap tap = find_tap (width, height, x + flow[at], y + flow[n + at]);

      for (gint c = 0; c < planes; c++)
        out[c * n + at] = tap_value (&tap, picture + c * n);
    }
}

void
sg_measure_blur (const gfloat * picture, gint planes, gint width, gint height,
    gdouble sigma, gfloat * out)
{
  gint radius = (gint) ceil (3 * sigma);
  g_autofree gfloat *weight = g_new (gfloat, radius + 1);
  g_autofree gfloat *row = g_new (gfloat, (gsize) width + 2 * radius);
  g_autofree gfloat *rows = g_new (gfloat, (gsize) planes * width * height);
  gdouble total = 0;

  for (gint k = -radius; k <= radius; k++)
    total += exp (-k * k / (2 * sigma * sigma));
  for (gint k = 0; k <= radius; k++)
    weight[k] = (gfloat) (exp (-k * k / (2 * sigma * sigma)) / total);
  for (gint y = 0; y < planes * height; y++) {
    const gfloat *from = picture + (gsize) y * width;
    gfloat *to = rows + (gsize) y * width;

    for (gint x = -radius; x < width + radius; x++)
      row[x + radius] = from[CLAMP (x, 0, width - 1)];
    memset (to, 0, width * sizeof *to);
    for (gint k = -radius; k <= radius; k++)
      for (gint x = 0; x < width; x++)
        to[x] += weight[ABS (k)] * row[x + radius + k];
  }
  for (gint y = 0; y < planes * height; y++) {
    const gfloat *plane = rows + (gsize) (y / height) * width * height;
    gfloat *to = out + (gsize) y * width;

    memset (to, 0, width * sizeof *to);
    for (gint k = -radius; k <= radius; k++) {
      gint j = CLAMP (y % height + k, 0, height - 1);

      for (gint x = 0; x < width; x++)
        to[x] += weight[ABS (k)] * plane[(gsize) j * width + x];
    }
  }
}

/* Mean square of what @picture has beyond its blurred version. */
static gdouble
detail (const gfloat * picture, gint width, gint height, gdouble sigma)
{
  gsize n = 3 * (gsize) width * height;
  g_autofree gfloat *blurred = g_new (gfloat, n);
  gdouble sum = 0;

  sg_measure_blur (picture, 3, width, height, sigma, blurred);
  for (gsize i = 0; i < n; i++) {
    gdouble d = picture[i] - blurred[i];

    sum += d * d;
  }
  return sum / n;
}

/* --- flicker --------------------------------------------------------------- */

void
sg_stability_add (SgStability * s, const gfloat * before,
    const gfloat * now, const gfloat * flow, const guint8 * mask, gint width,
    gint height)
{
  gsize n = (gsize) width * height, counted = 0;
  gdouble sum = 0;

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++) {
      gsize at = (gsize) y * width + x;
      Tap tap;

      if (!mask[at])
        continue;
      counted++;
      tap = find_tap (width, height, x + flow[at], y + flow[n + at]);
      for (gint c = 0; c < 3; c++) {
        gdouble d = now[c * n + at] - tap_value (&tap, before + c * n);

        sum += d * d;
      }
    }
  if (counted == 0)
    return;
  s->n_pairs++;
  s->stability += sum / n;
  s->warp += sum / (3 * counted);
}

void
sg_stability_add_contrast (SgStability * s, const gfloat * now,
    gint width, gint height)
{
  s->n_frames++;
  s->contrast += detail (now, width, height, CONTRAST_SIGMA);
}

gdouble
sg_stability_e_stab (const SgStability * s)
{
  return s->n_pairs ? sqrt (s->stability / s->n_pairs) : NAN;
}

gdouble
sg_stability_e_warp (const SgStability * s)
{
  return s->n_pairs ? s->warp / s->n_pairs : NAN;
}

gdouble
sg_stability_root_e_warp (const SgStability * s)
{
  return sqrt (sg_stability_e_warp (s));
}

gdouble
sg_stability_fcr (const SgStability * s)
{
  if (s->n_frames == 0 || s->contrast == 0)
    return NAN;
  return sg_stability_root_e_warp (s) / sqrt (s->contrast / s->n_frames);
}

gdouble
sg_measure_above_floor (gdouble e, gdouble floor)
{
  gdouble square = e * e - floor * floor;

  return square < 0 ? 0 : sqrt (square);
}

/* --- ghosts ---------------------------------------------------------------- */

void
sg_ghost_add_change (SgGhost * g, const gfloat * filtered,
    const gfloat * raw, const guint8 * disoccluded, gint width, gint height)
{
  gsize n = (gsize) width * height;

  for (gsize i = 0; i < n; i++) {
    if (!disoccluded[i])
      continue;
    for (gsize c = 0; c < 3; c++) {
      gdouble d = filtered[c * n + i] - raw[c * n + i];

      g->change += d * d;
    }
    g->n_change += 3;
  }
}

void
sg_ghost_add_next (SgGhost * g, const gfloat * filtered,
    const gfloat * raw, const guint8 * disoccluded, const gfloat * raw_next,
    const gfloat * flow_next, const guint8 * valid_next, gint width,
    gint height)
{
  gsize n = (gsize) width * height;

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++) {
      gsize at = (gsize) y * width + x;
      Tap tap;

      if (!valid_next[at])
        continue;
      tap = find_tap (width, height, x + flow_next[at], y + flow_next[n + at]);
      if (!disoccluded[tap.at[0]] || !disoccluded[tap.at[1]]
          || !disoccluded[tap.at[2]] || !disoccluded[tap.at[3]])
        continue;
      for (gsize c = 0; c < 3; c++) {
        gdouble f = raw_next[c * n + at] - tap_value (&tap, filtered + c * n);
        gdouble r = raw_next[c * n + at] - tap_value (&tap, raw + c * n);

        g->filtered += f * f;
        g->raw += r * r;
      }
      g->n += 3;
    }
}

gdouble
sg_ghost_change (const SgGhost * g)
{
  return g->n_change > 0 ? sqrt (g->change / g->n_change) : NAN;
}

gdouble
sg_ghost_ratio (const SgGhost * g)
{
  return g->n > 0 && g->raw > 0 ? sqrt (g->filtered / g->raw) : NAN;
}

/* --- noise, sharpness, drift ------------------------------------------------ */

void
sg_noise_gain_add (SgNoiseGain * g, const gfloat * noisy_out,
    const gfloat * clean_out, const gfloat * noisy_in,
    const gfloat * clean_in, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    gdouble out = noisy_out[i] - clean_out[i], in = noisy_in[i] - clean_in[i];

    g->out += out;
    g->out2 += out * out;
    g->in += in;
    g->in2 += in * in;
  }
  g->n += (gdouble) n;
}

gdouble
sg_noise_gain (const SgNoiseGain * g)
{
  gdouble out, in;

  if (g->n == 0)
    return NAN;
  out = g->out2 / g->n - g->out * g->out / (g->n * g->n);
  in = g->in2 / g->n - g->in * g->in / (g->n * g->n);
  return in > 0 ? sqrt (MAX (out, 0) / in) : NAN;
}

void
sg_mean_init (SgMean * mean, gsize n)
{
  mean->sum = g_new0 (gdouble, n);
  mean->n = n;
  mean->count = 0;
}

void
sg_mean_clear (SgMean * mean)
{
  g_free (mean->sum);
  memset (mean, 0, sizeof *mean);
}

void
sg_mean_add (SgMean * mean, const gfloat * picture)
{
  for (gsize i = 0; i < mean->n; i++)
    mean->sum[i] += picture[i];
  mean->count++;
}

void
sg_mean_get (const SgMean * mean, gfloat * picture)
{
  for (gsize i = 0; i < mean->n; i++)
    picture[i] = (gfloat) (mean->sum[i] / MAX (mean->count, 1));
}

gdouble
sg_measure_high_frequency (const gfloat * picture, gint width, gint height)
{
  return detail (picture, width, height, DETAIL_SIGMA);
}

gdouble
sg_measure_sharpness_kept (const gfloat * picture, const gfloat * reference,
    gint width, gint height)
{
  gdouble of = sg_measure_high_frequency (reference, width, height);

  return of > 0 ? sg_measure_high_frequency (picture, width, height) / of : NAN;
}

gdouble
sg_measure_drift (const SgMean * first, const SgMean * last)
{
  gdouble sum = 0;

  if (first->count == 0 || last->count == 0)
    return NAN;
  for (gsize i = 0; i < first->n; i++)
    sum += fabs (last->sum[i] / last->count - first->sum[i] / first->count);
  return sum / first->n;
}
