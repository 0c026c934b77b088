/* gst-stylegan: what a network does to still pictures: grids, and shifts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/measure.h>

#include <math.h>
#include <string.h>

#define LATTICE_BLUR 4          /* px, to each side */
#define LATTICE_WINDOW 32       /* px */
#define LANCZOS 3               /* lobes to each side */

/* --- lattice ---------------------------------------------------------------- */

void
sg_measure_gradient (gint size, gfloat * picture)
{
  gsize n = (gsize) size * size;

  for (gint y = 0; y < size; y++)
    for (gint x = 0; x < size; x++) {
      gfloat u = (gfloat) x / (gfloat) (size - 1);
      gfloat v = (gfloat) y / (gfloat) (size - 1);
      gfloat *p = picture + (gsize) y * size + x;

      p[0] = 0.1f + 0.8f * u;
      p[n] = 0.1f + 0.8f * v;
      p[2 * n] = 0.1f + 0.8f * (1 - (u + v) / 2);
    }
}

/* @plane less the mean of the 9x9 pixels around, which must be there. */
static gdouble
above_surroundings (const gfloat * plane, gint width, gint x, gint y)
{
  gint side = 2 * LATTICE_BLUR + 1;
  gdouble sum = 0;

  for (gint j = -LATTICE_BLUR; j <= LATTICE_BLUR; j++)
    for (gint i = -LATTICE_BLUR; i <= LATTICE_BLUR; i++)
      sum += plane[(gsize) (y + j) * width + x + i];
  return plane[(gsize) y * width + x] - sum / (side * side);
}

/* Standard deviation of the means of the grid * grid phases in the window at @x,
 * @y. */
static gdouble
phase_deviation (const gfloat * plane, gint width, gint x, gint y, gint grid)
{
  gint phases = grid * grid;
  gdouble per_phase = (gdouble) LATTICE_WINDOW * LATTICE_WINDOW / phases;
  gdouble mean[16] = { 0, }, sum = 0, square = 0;

  for (gint j = 0; j < LATTICE_WINDOW; j++)
    for (gint i = 0; i < LATTICE_WINDOW; i++)
      mean[j % grid * grid + i % grid] += above_surroundings (plane, width,
          x + i, y + j) / per_phase;
  for (gint k = 0; k < phases; k++) {
    sum += mean[k] / phases;
    square += mean[k] * mean[k] / phases;
  }
  return sqrt (MAX (square - sum * sum, 0));
}

gdouble
sg_measure_lattice (const gfloat * picture, gint width, gint height, gint grid)
{
  gint margin = 4 * LATTICE_BLUR, counted = 0;
  gdouble sum = 0;

  g_return_val_if_fail (grid >= 1 && grid <= 4, NAN);
  for (gint c = 0; c < 3; c++, picture += (gsize) width * height)
    for (gint y = margin; y + LATTICE_WINDOW <= height - margin;
        y += LATTICE_WINDOW)
      for (gint x = margin; x + LATTICE_WINDOW <= width - margin;
          x += LATTICE_WINDOW) {
        sum += phase_deviation (picture, width, x, y, grid);
        counted++;
      }
  return counted ? sum / counted : NAN;
}

/* --- shifts ----------------------------------------------------------------- */

static gdouble
sinc (gdouble x)
{
  return fabs (x) < 1e-9 ? 1 : sin (G_PI * x) / (G_PI * x);
}

/* Taps for the pixel @offset + k, k from 1 - LANCZOS. */
static void
lanczos_taps (gdouble shift, gint * offset, gdouble taps[2 * LANCZOS])
{
  gdouble whole = floor (shift), fraction = shift - whole, sum = 0;

  *offset = (gint) whole;
  for (gint k = 0; k < 2 * LANCZOS; k++) {
    gdouble x = k + 1 - LANCZOS - fraction;

    taps[k] = fabs (x) < LANCZOS ? sinc (x) * sinc (x / LANCZOS) : 0;
    sum += taps[k];
  }
  for (gint k = 0; k < 2 * LANCZOS; k++)
    taps[k] /= sum;
}

void
sg_measure_shift (const gfloat * picture, gint width, gint height, gdouble dx,
    gdouble dy, gfloat * out)
{
  gsize n = (gsize) width * height;
  g_autofree gfloat *rows = g_new (gfloat, n);
  gdouble across[2 * LANCZOS], down[2 * LANCZOS];
  gint x0, y0;

  lanczos_taps (dx, &x0, across);
  lanczos_taps (dy, &y0, down);
  for (gint c = 0; c < 3; c++, picture += n, out += n) {
    for (gint y = 0; y < height; y++)
      for (gint x = 0; x < width; x++) {
        gdouble sum = 0;

        for (gint k = 0; k < 2 * LANCZOS; k++)
          sum += across[k] * picture[(gsize) y * width
              + CLAMP (x + x0 + k + 1 - LANCZOS, 0, width - 1)];
        rows[(gsize) y * width + x] = (gfloat) sum;
      }
    for (gint y = 0; y < height; y++)
      for (gint x = 0; x < width; x++) {
        gdouble sum = 0;

        for (gint k = 0; k < 2 * LANCZOS; k++)
          sum += down[k] * rows[(gsize) CLAMP (y + y0 + k + 1 - LANCZOS, 0,
                  height - 1) * width + x];
        out[(gsize) y * width + x] = (gfloat) sum;
      }
  }
}

gdouble
sg_measure_square_error (const gfloat * a, const gfloat * b, gint width,
    gint height, gint margin)
{
  gsize n = (gsize) width * height;
  gdouble sum = 0;
  gint w = width - 2 * margin, h = height - 2 * margin;

  if (w <= 0 || h <= 0)
    return NAN;
  for (gsize c = 0; c < 3; c++)
    for (gint y = margin; y < height - margin; y++)
      for (gint x = margin; x < width - margin; x++) {
        gsize at = c * n + (gsize) y * width + x;
        gdouble d = a[at] - b[at];

        sum += d * d;
      }
  return sum / (3.0 * w * h);
}

gdouble
sg_measure_psnr (gdouble square_error)
{
  return -10 * log10 (MAX (square_error, 1e-10));
}
