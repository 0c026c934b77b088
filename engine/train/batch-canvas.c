/* gst-stylegan: a part of a picture, cut out, scaled and changed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/batch-canvas.h"

#include <math.h>
#include <string.h>

/* What each pixel of one axis of the canvas is made of. */
typedef struct
{
  gint max;                     /* weights per pixel */
  gint *first, *n;              /* pixels of the picture */
  gfloat *weights;
} Taps;

static gdouble
keys (gdouble x)
{
  x = fabs (x);
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1
      : x < 2 ? ((2.5 - 0.5 * x) * x - 4) * x + 2 : 0;
}

/* Past its ends the picture goes on mirrored, the last pixel twice. */
static gint
mirrored (gint64 i, gint length)
{
  gint64 period = 2 * (gint64) length, at = (i % period + period) % period;

  return (gint) MIN (at, period - 1 - at);
}

/* Of the @side pixels from @begin on, each @step pixels of the picture of @length
 * wide. */
static void
taps_init (Taps * taps, gint side, gdouble begin, gdouble step, gint length)
{
  gdouble width = MAX (step, 1);

  taps->max = 2 * (gint) ceil (2 * width) + 1;
  taps->first = g_new (gint, side);
  taps->n = g_new (gint, side);
  taps->weights = g_new0 (gfloat, (gsize) side * (gsize) taps->max);
  for (gint i = 0; i < side; i++) {
    gfloat *weights = taps->weights + (gsize) i * (gsize) taps->max;
    gdouble centre = begin + (i + 0.5) * step - 0.5, sum = 0;
    gint from = (gint) ceil (centre - 2 * width);
    gint to = (gint) floor (centre + 2 * width);
    gint first = length - 1, last = 0;

    for (gint k = from; k <= to; k++) {
      sum += keys ((k - centre) / width);
      first = MIN (first, mirrored (k, length));
      last = MAX (last, mirrored (k, length));
    }
    for (gint k = from; k <= to; k++)
      weights[mirrored (k, length) - first] +=
          (gfloat) (keys ((k - centre) / width) / sum);
    taps->first[i] = first;
    taps->n[i] = last - first + 1;
  }
}

static void
taps_clear (Taps * taps)
{
  g_free (taps->first);
  g_free (taps->n);
  g_free (taps->weights);
}

/* Rows of the picture, bytes @from up to @to, to one row. */
static void
filter_rows (const SgPicture * picture, const Taps * taps, gint y, gsize from,
    gsize to, gfloat * row)
{
  const gfloat *weights = taps->weights + (gsize) y * (gsize) taps->max;
  gsize stride = (gsize) picture->width * 3;

  memset (row + from, 0, (to - from) * sizeof *row);
  for (gint k = 0; k < taps->n[y]; k++) {
    const guint8 *rgb = picture->rgb + (gsize) (taps->first[y] + k) * stride;
    gfloat weight = weights[k] / 255;

    for (gsize i = from; i < to; i++)
      row[i] += weight * rgb[i];
  }
}

static void
filter_columns (const gfloat * row, const Taps * taps, SgCanvas * canvas,
    gint y, gboolean mirror)
{
  gsize plane = (gsize) canvas->side * (gsize) canvas->side;

  for (gint x = 0; x < canvas->side; x++) {
    const gfloat *weights = taps->weights + (gsize) x * (gsize) taps->max;
    const gfloat *rgb = row + (gsize) taps->first[x] * 3;
    gfloat r = 0, g = 0, b = 0;
    gfloat *to = canvas->data + (gsize) y * (gsize) canvas->side
        + (mirror ? canvas->side - 1 - x : x);

    for (gint k = 0; k < taps->n[x]; k++) {
      r += weights[k] * rgb[3 * k];
      g += weights[k] * rgb[3 * k + 1];
      b += weights[k] * rgb[3 * k + 2];
    }
    to[0] = r;
    to[plane] = g;
    to[2 * plane] = b;
  }
}

void
sg_canvas_load (SgCanvas * canvas, const SgPicture * picture,
    const SgView * view)
{
  gint side = canvas->side, from = picture->width, to = 0;
  gdouble step = MIN (picture->width, picture->height)
      / (view->zoom * canvas->size);
  gdouble margin = canvas->margin * step, crop = canvas->size * step;
  gdouble left = view->left * (picture->width - crop) - margin;
  gdouble top = view->top * (picture->height - crop) - margin;
  g_autofree gfloat *row = g_new (gfloat, (gsize) picture->width * 3);
  Taps x, y;

  taps_init (&x, side, left, step, picture->width);
  taps_init (&y, side, top, step, picture->height);
  for (gint i = 0; i < side; i++) {
    from = MIN (from, x.first[i]);
    to = MAX (to, x.first[i] + x.n[i]);
  }
  for (gint i = 0; i < side; i++) {
    filter_rows (picture, &y, i, 3 * (gsize) from, 3 * (gsize) to, row);
    filter_columns (row, &x, canvas, i, view->mirror);
  }
  taps_clear (&x);
  taps_clear (&y);
}

void
sg_canvas_gradient (SgCanvas * canvas, SgRng * rng)
{
  gint side = canvas->side;
  gfloat *to = canvas->data;

  for (gint c = 0; c < 3; c++) {
    gdouble base = sg_rng_uniform (rng), corner[4];

    for (gint i = 0; i < 4; i++)
      corner[i] = base + sg_rng_range (rng, -0.25, 0.25);
    for (gint y = 0; y < side; y++) {
      gdouble v = (y + 0.5) / side;
      gdouble left = corner[0] + (corner[2] - corner[0]) * v;
      gdouble right = corner[1] + (corner[3] - corner[1]) * v;

      for (gint x = 0; x < side; x++)
        *to++ = (gfloat) (left + (right - left) * (x + 0.5) / side);
    }
  }
}

/* One box filter over @n values @stride apart; @line: room for @n */
static void
box (gfloat * values, gsize stride, gint n, gint radius, gfloat * line)
{
  gdouble sum = 0;

  for (gint i = 0; i < n; i++)
    line[i] = values[(gsize) i * stride];
  for (gint i = -radius; i <= radius; i++)
    sum += line[CLAMP (i, 0, n - 1)];
  for (gint i = 0; i < n; i++) {
    values[(gsize) i * stride] = (gfloat) (sum / (2 * radius + 1));
    sum += line[MIN (i + radius + 1, n - 1)] - line[MAX (i - radius, 0)];
  }
}

void
sg_canvas_blur (SgCanvas * canvas, gint radius)
{
  gsize side = (gsize) canvas->side;
  g_autofree gfloat *line = g_new (gfloat, side);

  for (gint pass = 0; pass < 3; pass++)
    for (gsize c = 0; c < 3; c++)
      for (gsize i = 0; i < side; i++) {
        gfloat *plane = canvas->data + c * side * side;

        box (plane + i * side, 1, canvas->side, radius, line);
        box (plane + i, side, canvas->side, radius, line);
      }
}

void
sg_canvas_light (SgCanvas * canvas, const SgLight * light)
{
  gsize plane = (gsize) canvas->side * (gsize) canvas->side;

  for (gint c = 0; c < 3; c++) {
    gfloat *at = canvas->data + (gsize) c * plane;
    gfloat gain = light->gain[c], curve = light->curve;

    for (gsize i = 0; i < plane; i++) {
      gfloat x = CLAMP (at[i] * gain, 0.0f, 1.0f);

      at[i] = CLAMP (x + curve * x * (1 - x), 0.0f, 1.0f);
    }
  }
}

/* Corners in pixels of the crop; what is outside the canvas is cut off. */
static void
fill (SgCanvas * canvas, gint x0, gint y0, gint x1, gint y1, gfloat value)
{
  gint side = canvas->side, margin = canvas->margin;

  x0 = MAX (x0 + margin, 0);
  y0 = MAX (y0 + margin, 0);
  x1 = MIN (x1 + margin, side);
  y1 = MIN (y1 + margin, side);
  for (gint c = 0; c < 3; c++)
    for (gint y = y0; y < y1; y++)
      for (gint x = x0; x < x1; x++)
        canvas->data[((gsize) c * (gsize) side + (gsize) y) * (gsize) side
            + (gsize) x] = value;
}

void
sg_canvas_letterbox (SgCanvas * canvas, gdouble share)
{
  gint bar = (gint) (share * canvas->size), size = canvas->size;

  fill (canvas, -size, -size, 2 * size, bar, 0);
  fill (canvas, -size, size - bar, 2 * size, 2 * size, 0);
}

/* A letter of @h pixels: some of the strokes of a display of seven segments. */
static void
letter (SgCanvas * canvas, gint x, gint y, gint h, guint strokes)
{
  gint w = h / 2, t = MAX (h / 8, 1), m = y + h / 2;
  const gint boxes[7][4] = {
    {x, y, x + w, y + t}, {x, m, x + w, m + t}, {x, y + h - t, x + w, y + h},
    {x, y, x + t, m + t}, {x, m, x + t, y + h},
    {x + w - t, y, x + w, m + t}, {x + w - t, m, x + w, y + h}
  };

  for (gint i = 0; i < 14; i++) {
    const gint *b = boxes[i % 7];
    gint edge = i < 7;

    if (strokes >> i % 7 & 1)
      fill (canvas, b[0] - edge, b[1] - edge, b[2] + edge, b[3] + edge,
          edge ? 0.05f : 0.95f);
  }
}

void
sg_canvas_text (SgCanvas * canvas, SgRng * rng)
{
  gint size = canvas->size;
  gint h = MAX ((gint) (size * sg_rng_range (rng, 0.04, 0.08)), 5);
  guint lines = 1 + (guint) sg_rng_below (rng, 2);
  gint y = (gint) (sg_rng_range (rng, 0.1, 0.85) * size);

  for (guint i = 0; i < lines; i++, y += h * 3 / 2) {
    gint length = (gint) (sg_rng_range (rng, 0.3, 0.9) * size);

    for (gint x = (size - length) / 2; x < (size + length) / 2; x += h * 3 / 4)
      letter (canvas, x, y, h, (guint) sg_rng_next (rng) & 127);
  }
}

void
sg_canvas_crop (const SgCanvas * canvas, gfloat * crop)
{
  gsize side = (gsize) canvas->side, size = (gsize) canvas->size;
  gsize margin = (gsize) canvas->margin;

  for (gsize c = 0; c < 3; c++)
    for (gsize y = 0; y < size; y++)
      memcpy (crop + (c * size + y) * size, canvas->data
          + (c * side + y + margin) * side + margin, size * sizeof *crop);
}
