/* gst-stylegan: pictures moved smoothly
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/batch-warp.h"

#include <math.h>

#define MAX_SHIFT 16            /* px */
#define MAX_ANGLE 0.05          /* radians */
#define MAX_ZOOM 0.04
#define N_WAVES 2               /* per component */
#define MAX_WAVE 1.5            /* px, of each */

/* In -1..1, with its density highest at 0. */
static gdouble
small (SgRng * rng)
{
  gdouble u = sg_rng_range (rng, -1, 1);

  return u * fabs (u);
}

/* Adds amplitude * sin (fx x + fy y + phase), by the sine of a sum. */
static void
add_wave (gfloat * flow, gint size, SgRng * rng)
{
  g_autofree gdouble *table = g_new (gdouble, 2 * (gsize) size);
  gdouble amplitude = MAX_WAVE * sg_rng_uniform (rng);
  gdouble unit = 2 * G_PI / size, phase = 2 * G_PI * sg_rng_uniform (rng);
  gdouble fx = unit * sg_rng_range (rng, -2, 2);
  gdouble fy = unit * sg_rng_range (rng, -2, 2);

  amplitude = MIN (amplitude, size / 64.0);
  for (gint x = 0; x < size; x++) {
    table[2 * x] = amplitude * sin (fx * x + phase);
    table[2 * x + 1] = amplitude * cos (fx * x + phase);
  }
  for (gint y = 0; y < size; y++) {
    gdouble c = cos (fy * y), s = sin (fy * y);

    for (gint x = 0; x < size; x++)
      *flow++ += (gfloat) (table[2 * x] * c + table[2 * x + 1] * s);
  }
}

void
sg_warp_draw (gint size, SgRng * rng, gfloat * flow)
{
  gsize plane = (gsize) size * (gsize) size;
  gdouble limit = MIN (MAX_SHIFT, size / 8.0), centre = (size - 1) / 2.0;
  gdouble u = limit * small (rng), v = limit * small (rng);
  gdouble angle = MAX_ANGLE * small (rng), zoom = 1 + MAX_ZOOM * small (rng);
  gdouble c = zoom * cos (angle) - 1, s = zoom * sin (angle);

  for (gint y = 0; y < size; y++)
    for (gint x = 0; x < size; x++) {
      gsize i = (gsize) y * (gsize) size + (gsize) x;

      flow[i] = (gfloat) (u + c * (x - centre) - s * (y - centre));
      flow[plane + i] = (gfloat) (v + s * (x - centre) + c * (y - centre));
    }
  for (gint i = 0; i < 2 * N_WAVES; i++)
    add_wave (flow + (gsize) (i % 2) * plane, size, rng);
}

/* Of pixels -1 .. 2 at 0 <= @t < 1. */
static void
keys_weights (gfloat t, gfloat w[4])
{
  w[0] = ((-0.5f * t + 1) * t - 0.5f) * t;
  w[1] = (1.5f * t - 2.5f) * t * t + 1;
  w[2] = ((-1.5f * t + 2) * t + 0.5f) * t;
  w[3] = (0.5f * t - 0.5f) * t * t;
}

static gfloat
is_inside (gfloat x, gfloat y, gint size)
{
  return x >= 0 && y >= 0 && x <= size - 1 && y <= size - 1;
}

/* One pixel of each plane; past its border the canvas goes on with its border
 * pixels. */
static void
sample (const SgCanvas * canvas, gfloat x, gfloat y, gfloat rgb[3])
{
  gint side = canvas->side, last = side - 1;
  gint x0 = (gint) floorf (x), y0 = (gint) floorf (y), column[4];
  const gfloat *plane = canvas->data;
  gfloat wx[4], wy[4];

  keys_weights (x - (gfloat) x0, wx);
  keys_weights (y - (gfloat) y0, wy);
  for (gint k = 0; k < 4; k++)
    column[k] = CLAMP (x0 - 1 + k, 0, last);
  for (gint c = 0; c < 3; c++, plane += (gsize) side * (gsize) side) {
    rgb[c] = 0;
    for (gint k = 0; k < 4; k++) {
      const gfloat *row = plane
          + (gsize) CLAMP (y0 - 1 + k, 0, last) * (gsize) side;

      rgb[c] += wy[k] * (wx[0] * row[column[0]] + wx[1] * row[column[1]]
          + wx[2] * row[column[2]] + wx[3] * row[column[3]]);
    }
  }
}

void
sg_warp_canvas (const SgCanvas * canvas, const gfloat * flow, gfloat * moved,
    gfloat * mask)
{
  gint size = canvas->size;
  gsize plane = (gsize) size * (gsize) size, i = 0;
  gfloat margin = (gfloat) canvas->margin, rgb[3];

  for (gint row = 0; row < size; row++)
    for (gint column = 0; column < size; column++, i++) {
      gfloat x = (gfloat) column + flow[i];
      gfloat y = (gfloat) row + flow[plane + i];

      mask[i] = is_inside (x, y, size);
      sample (canvas, x + margin, y + margin, rgb);
      for (gsize c = 0; c < 3; c++)
        moved[c * plane + i] = CLAMP (rgb[c], 0.0f, 1.0f);
    }
}

/* The sum of four of 16 bits each is nearly normal, of variance 1/3 * 2^32. */
void
sg_warp_noise (gfloat * image, gint size, gfloat gain, gfloat deviation,
    guint64 seed)
{
  gfloat unit = deviation * sqrtf (3) / 65536;
  SgRng rng;

  sg_rng_init (&rng, seed, 0, 0);
  for (gsize i = 0; i < 3 * (gsize) size * (gsize) size; i++) {
    guint64 bits = sg_rng_next (&rng);
    gint sum = (gint) (bits & 0xffff) + (gint) (bits >> 16 & 0xffff)
        + (gint) (bits >> 32 & 0xffff) + (gint) (bits >> 48) - 2 * 65535;
    gfloat value = image[i] * gain + unit * (gfloat) sum;

    image[i] = CLAMP (value, 0.0f, 1.0f);
  }
}
