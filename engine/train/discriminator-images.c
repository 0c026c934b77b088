/* gst-stylegan: what the discriminator gets to see
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/discriminator-images.h"

#include <math.h>
#include <string.h>

#define HOLE 4                  /* its side is that part of the window's */
#define OUTSIDE 3               /* in the grid: far enough from every pixel */
#define MIN_SCALE 0.5
#define MAX_SCALE 1.5
#define MAX_ANGLE (15 * G_PI / 180)

/* --- augmentation ----------------------------------------------------------- */

gint
sg_augmentation_get_window (gint size)
{
  return MAX (size * 3 / 4 / 8, 1) * 8;
}

void
sg_augmentation_draw (SgAugmentation * a, SgRng * rng, gint size)
{
  a->size = size;
  a->window = sg_augmentation_get_window (size);
  a->hole = a->window / HOLE;
  a->left = (gint) sg_rng_below (rng, (guint64) (size - a->window) + 1);
  a->top = (gint) sg_rng_below (rng, (guint64) (size - a->window) + 1);
  a->hole_left = (gint) sg_rng_below (rng, (guint64) (a->window - a->hole) + 1);
  a->hole_top = (gint) sg_rng_below (rng, (guint64) (a->window - a->hole) + 1);
}

static gboolean
is_in_hole (const SgAugmentation * a, gint row, gint column)
{
  return row >= a->hole_top && row < a->hole_top + a->hole
      && column >= a->hole_left && column < a->hole_left + a->hole;
}

void
sg_augmentation_fill_grid (const SgAugmentation * a, gfloat * grid)
{
  for (gint i = 0; i < a->window; i++) {
    for (gint j = 0; j < a->window; j++, grid += 2) {
      gboolean hole = is_in_hole (a, i, j);

      grid[0] = hole ? OUTSIDE : (2 * (a->left + j) + 1) / (gfloat) a->size - 1;
      grid[1] = hole ? OUTSIDE : (2 * (a->top + i) + 1) / (gfloat) a->size - 1;
    }
  }
}

void
sg_augmentation_apply (const SgAugmentation * a, const gfloat * image,
    gfloat * out)
{
  gfloat *to = out;

  for (gint c = 0; c < 3; c++, image += (gsize) a->size * a->size) {
    for (gint i = 0; i < a->window; i++) {
      const gfloat *from = image + (gsize) (a->top + i) * a->size + a->left;

      for (gint j = 0; j < a->window; j++)
        *to++ = 2 * from[j] - 1;
    }
  }
  sg_augmentation_cut_hole (a, out);
}

void
sg_augmentation_cut_hole (const SgAugmentation * a, gfloat * image)
{
  for (gint row = 0; row < 3 * a->window; row++) {
    gint i = row % a->window - a->hole_top;

    if (i >= 0 && i < a->hole)
      memset (image + (gsize) row * a->window + a->hole_left, 0,
          a->hole * sizeof *image);
  }
}

/* --- parts of the style ------------------------------------------------------ */

typedef struct
{
  gint width, height;
  gfloat *rgb;                  /* [height,width,3], -1..1 */
} Level;

struct _SgStyleCrops
{
  Level levels[32];             /* each half of the one before */
  gint first, n_levels;         /* those below the first are not kept */
  gint width, height;           /* of level 0 */
  gdouble unit;                 /* its pixels per pixel of a crop at scale 1 */
};

static Level
level_from_picture (const SgPicture * p)
{
  Level level = { p->width, p->height };
  gsize n = (gsize) p->width * p->height * 3;

  level.rgb = g_new (gfloat, n);
  for (gsize i = 0; i < n; i++)
    level.rgb[i] = p->rgb[i] / 127.5f - 1;
  return level;
}

/* Means of 2x2; the last of an odd number is left out. */
static Level
level_halve (const Level * from)
{
  Level to = { MAX (from->width / 2, 1), MAX (from->height / 2, 1) };
  gsize right = from->width > 1 ? 3 : 0;
  gsize down = from->height > 1 ? (gsize) from->width * 3 : 0;
  gfloat *out;

  out = to.rgb = g_new (gfloat, (gsize) to.width * to.height * 3);
  for (gint i = 0; i < to.height; i++) {
    const gfloat *p = from->rgb + (gsize) 2 * i * from->width * 3;

    for (gint j = 0; j < to.width; j++, p += 2 * 3)
      for (gint c = 0; c < 3; c++)
        *out++ = (p[c] + p[c + right] + p[c + down] + p[c + right + down]) / 4;
  }
  return to;
}

/* The one whose pixels are nearest in size to @step of level 0. */
static gint
find_level (gdouble step)
{
  return MAX ((gint) lround (log2 (step)), 0);
}

SgStyleCrops *
sg_style_crops_new (const SgPicture * style, gint style_size)
{
  SgStyleCrops *s = g_new0 (SgStyleCrops, 1);
  gint last;

  s->width = style->width;
  s->height = style->height;
  s->unit = (gdouble) MIN (s->width, s->height) / style_size;
  s->first = find_level (s->unit / MAX_SCALE);
  last = find_level (s->unit / MIN_SCALE);
  s->levels[0] = level_from_picture (style);
  for (s->n_levels = 1; s->n_levels <= last; s->n_levels++) {
    Level *before = &s->levels[s->n_levels - 1];

    s->levels[s->n_levels] = level_halve (before);
    if (s->n_levels <= s->first)
      g_clear_pointer (&before->rgb, g_free);
  }
  return s;
}

void
sg_style_crops_free (SgStyleCrops * s)
{
  for (gint i = 0; i < s->n_levels; i++)
    g_free (s->levels[i].rgb);
  g_free (s);
}

/* The picture and its mirror image, over and over. */
static gsize
reflect (gint i, gint n)
{
  i %= 2 * n;
  i += i < 0 ? 2 * n : 0;
  return (gsize) (i < n ? i : 2 * n - 1 - i);
}

/* @x, @y: px, 0 at the border of the first pixel */
static void
sample (const Level * level, gdouble x, gdouble y, gfloat rgb[3])
{
  gint left = (gint) floor (x - 0.5), top = (gint) floor (y - 0.5);
  gfloat u = (gfloat) (x - 0.5 - left), v = (gfloat) (y - 0.5 - top);
  gsize columns[2], rows[2];

  for (gint i = 0; i < 2; i++) {
    columns[i] = reflect (left + i, level->width) * 3;
    rows[i] = reflect (top + i, level->height) * level->width * 3;
  }
  for (gint c = 0; c < 3; c++) {
    const gfloat *a = level->rgb + rows[0] + c, *b = level->rgb + rows[1] + c;

    rgb[c] = (1 - v) * ((1 - u) * a[columns[0]] + u * a[columns[1]])
        + v * ((1 - u) * b[columns[0]] + u * b[columns[1]]);
  }
}

/* A place at least @margin from both ends of 0 .. @n, or the middle. */
static gdouble
draw_place (SgRng * rng, gdouble n, gdouble margin)
{
  margin = MIN (margin, n / 2);
  return sg_rng_range (rng, margin, n - margin);
}

void
sg_style_crops_cut (const SgStyleCrops * s, SgRng * rng, gint window,
    gfloat * out)
{
  gdouble step = s->unit / sg_rng_range (rng, MIN_SCALE, MAX_SCALE);
  gdouble angle = sg_rng_range (rng, -MAX_ANGLE, MAX_ANGLE);
  gdouble mirror = sg_rng_below (rng, 2) ? -1 : 1;
  gdouble cosine = cos (angle) * step, sine = sin (angle) * step;
  gdouble margin = (fabs (cosine) + fabs (sine)) * window / 2;
  gdouble x = draw_place (rng, s->width, margin);
  gdouble y = draw_place (rng, s->height, margin);
  gint index = CLAMP (find_level (step), s->first, s->n_levels - 1);
  gdouble pixel = ldexp (1, index);
  gsize plane = (gsize) window * window;

  for (gint i = 0; i < window; i++) {
    for (gint j = 0; j < window; j++, out++) {
      gdouble right = mirror * (j + 0.5 - window / 2.0);
      gdouble down = i + 0.5 - window / 2.0;
      gfloat rgb[3];

      sample (&s->levels[index], (x + cosine * right - sine * down) / pixel,
          (y + sine * right + cosine * down) / pixel, rgb);
      for (gint c = 0; c < 3; c++)
        out[c * plane] = rgb[c];
    }
  }
}
