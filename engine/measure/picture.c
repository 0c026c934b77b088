/* gst-stylegan: pictures that synthetic video is made of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure/scene.h"

#include <math.h>

static SgSynthPicture *
picture_new (gint width, gint height)
{
  SgSynthPicture *picture = g_new (SgSynthPicture, 1);

  picture->width = width;
  picture->height = height;
  picture->data = g_new0 (gfloat, (gsize) width * height * 4);
  return picture;
}

void
sg_synth_picture_free (SgSynthPicture * picture)
{
  if (picture == NULL)
    return;
  g_free (picture->data);
  g_free (picture);
}

SgSynthPicture *
sg_synth_picture_new_rgb8 (const guint8 * rgb, gint width, gint height)
{
  SgSynthPicture *picture = picture_new (width, height);

  for (gsize i = 0; i < (gsize) width * height; i++)
    for (gsize c = 0; c < 3; c++)
      picture->data[i * 4 + c] = rgb[i * 3 + c] / 255.0f;
  return picture;
}

/* --- sampling -------------------------------------------------------------- */

static inline gdouble
cubic (gdouble x)
{
  x = fabs (x);
  if (x < 1)
    return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/* The pixel that @i shows in a row of @n that is mirrored at its ends, the last
 * pixel twice. */
static inline gint
mirror (gint64 i, gint n)
{
  if (G_LIKELY (i >= 0 && i < n))
    return (gint) i;
  i %= 2 * n;
  if (i < 0)
    i += 2 * n;
  return (gint) (i < n ? i : 2 * n - 1 - i);
}

void
sg_synth_picture_sample (const SgSynthPicture * picture, gdouble x, gdouble y,
    gfloat rgbx[4])
{
  gdouble x0 = floor (x), y0 = floor (y);
  gsize column[4];
  gfloat wx[4], sum[4] = { 0, 0, 0, 0 };

  for (gint k = 0; k < 4; k++) {
    column[k] = 4 * (gsize) mirror ((gint64) x0 + k - 1, picture->width);
    wx[k] = (gfloat) cubic (x - x0 + 1 - k);
  }
  for (gint j = 0; j < 4; j++) {
    const gfloat *row = picture->data + 4 * (gsize) picture->width
        * (gsize) mirror ((gint64) y0 + j - 1, picture->height);
    gfloat wy = (gfloat) cubic (y - y0 + 1 - j);

    for (gint k = 0; k < 4; k++) {
      const gfloat *p = row + column[k];
      gfloat w = wx[k] * wy;

      for (gint c = 0; c < 4; c++)
        sum[c] += w * p[c];
    }
  }
  for (gint c = 0; c < 4; c++)
    rgbx[c] = sum[c];
}

/* --- scaling --------------------------------------------------------------- */

/* @lines lines of @n pixels to @m pixels; @step and @line_step: pixels from one
 * to the next, @to_step and @to_line_step the same for the result. */
static void
scale_lines (const gfloat * from, gint n, gsize step, gsize line_step,
    gfloat * to, gint m, gsize to_step, gsize to_line_step, gint lines)
{
  gdouble ratio = (gdouble) n / m, wide = MAX (ratio, 1);

  for (gint i = 0; i < m; i++) {
    gdouble centre = (i + 0.5) * ratio - 0.5, total = 0;
    gint first = (gint) ceil (centre - 2 * wide);
    gint last = (gint) floor (centre + 2 * wide);

    for (gint k = first; k <= last; k++)
      total += cubic ((k - centre) / wide);
    for (gint l = 0; l < lines; l++) {
      gfloat *target = to + 4 * (i * to_step + l * to_line_step);

      for (gint k = first; k <= last; k++) {
        gfloat w = (gfloat) (cubic ((k - centre) / wide) / total);
        const gfloat *p = from + 4 * ((gsize) mirror (k, n) * step
            + l * line_step);

        for (gint c = 0; c < 3; c++)
          target[c] += w * p[c];
      }
    }
  }
}

SgSynthPicture *
sg_synth_picture_new_scaled (const SgSynthPicture * picture, gint width,
    gint height)
{
  g_autoptr (SgSynthPicture) half = picture_new (width, picture->height);
  SgSynthPicture *scaled = picture_new (width, height);

  scale_lines (picture->data, picture->width, 1, (gsize) picture->width,
      half->data, width, 1, (gsize) width, picture->height);
  scale_lines (half->data, picture->height, (gsize) width, 1, scaled->data,
      height, (gsize) width, 1, width);
  for (gsize i = 0; i < (gsize) width * height * 4; i++)
    scaled->data[i] = CLAMP (scaled->data[i], 0.0f, 1.0f);
  return scaled;
}

/* --- textures -------------------------------------------------------------- */

gdouble
scene_noise_at (const gfloat * numbers, gint n, gdouble x, gdouble y)
{
  gdouble x0 = floor (x), y0 = floor (y), u = x - x0, v = y - y0;
  gint i = (gint) ((gint64) x0 % n), j = (gint) ((gint64) y0 % n);
  gint i1, j1;

  i += i < 0 ? n : 0;
  j += j < 0 ? n : 0;
  i1 = (i + 1) % n;
  j1 = (j + 1) % n;
  /* Smooth weights: no creases at the integers. */
  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  return (1 - v) * ((1 - u) * numbers[j * n + i] + u * numbers[j * n + i1])
      + v * ((1 - u) * numbers[j1 * n + i] + u * numbers[j1 * n + i1]);
}

#define NOISE_SIZE 64
#define N_PATCHES 5             /* levels of a noise field, each with a colour */

SgSynthPicture *
sg_synth_picture_new_texture (gint width, gint height, guint64 seed)
{
  SgSynthPicture *picture = picture_new (width, height);
  SgRng rng = scene_rng (seed, "texture");
  g_autofree gfloat *noise = g_new (gfloat, NOISE_SIZE * NOISE_SIZE);
  gdouble colors[N_PATCHES][3], tint[3];

  for (gsize i = 0; i < NOISE_SIZE * NOISE_SIZE; i++)
    noise[i] = (gfloat) sg_rng_range (&rng, -1, 1);
  for (gsize c = 0; c < 3; c++) {
    tint[c] = sg_rng_range (&rng, 0.6, 1.2);
    for (gsize k = 0; k < N_PATCHES; k++)
      colors[k][c] = sg_rng_range (&rng, 0.15, 0.85);
  }
  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++) {
      gfloat *p = picture->data + 4 * ((gsize) y * width + x);
      gdouble field = scene_noise_at (noise, NOISE_SIZE, x / 70.0, y / 70.0)
          + 0.4 * scene_noise_at (noise, NOISE_SIZE, 9 + x / 23.0, y / 23.0);
      gint patch = CLAMP ((gint) ((field + 0.9) / 1.8 * N_PATCHES), 0,
          N_PATCHES - 1);
      gdouble detail = 0;

      for (gint octave = 0; octave < 4; octave++) {
        gdouble pitch = 40.0 / (1 << octave);

        detail += 0.14 / (1 << octave) * scene_noise_at (noise, NOISE_SIZE,
            17 * octave + x / pitch, 5 + y / pitch);
      }
      for (gint c = 0; c < 3; c++)
        p[c] = (gfloat) CLAMP (colors[patch][c] + tint[c] * detail, 0, 1);
    }
  return picture;
}
