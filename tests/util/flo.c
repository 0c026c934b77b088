/* gst-stylegan: flow and pictures of optical flow data sets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flo.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sg/error.h>

#define FLO_TAG "PIEH"          /* 202021.25 as a float */
#define FLO_HEADER 12           /* bytes */
#define FLO_UNKNOWN 1e10f
#define FLO_LIMIT 1e9f
#define MAX_SIDE 16384

static gboolean
read_file (const gchar * path, gchar ** data, gsize * size, GError ** error)
{
  g_autoptr (GError) cause = NULL;

  if (g_file_get_contents (path, data, size, &cause))
    return TRUE;
  g_set_error (error, SG_ERROR, g_error_matches (cause, G_FILE_ERROR,
          G_FILE_ERROR_NOENT) ? SG_ERROR_NOT_FOUND : SG_ERROR_FAILED,
      "cannot read '%s': %s", path, cause->message);
  return FALSE;
}

static guint32
get_u32 (const gchar * data)
{
  guint32 v;

  memcpy (&v, data, 4);
  return GUINT32_FROM_LE (v);
}

gfloat *
test_flo_read (const gchar * path, gint * width, gint * height, GError ** error)
{
  g_autofree gchar *data = NULL;
  gsize size, n;
  guint32 w, h;
  gfloat *flow;

  if (!read_file (path, &data, &size, error))
    return NULL;
  if (size < FLO_HEADER || memcmp (data, FLO_TAG, 4) != 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
        "'%s' is no .flo file: it does not begin with " FLO_TAG, path);
    return NULL;
  }
  w = get_u32 (data + 4);
  h = get_u32 (data + 8);
  if (w < 1 || h < 1 || w > MAX_SIDE || h > MAX_SIDE
      || size != FLO_HEADER + 8 * (gsize) w * h) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "'%s' is broken: %"
        G_GSIZE_FORMAT " bytes do not fit %ux%u vectors", path, size, w, h);
    return NULL;
  }
  n = (gsize) w *h;
  flow = g_new (gfloat, 2 * n);
  for (gsize i = 0; i < n; i++)
    for (gsize c = 0; c < 2; c++) {
      guint32 bits = get_u32 (data + FLO_HEADER + 8 * i + 4 * c);
      gfloat v;

      memcpy (&v, &bits, 4);
      flow[c * n + i] = fabsf (v) <= FLO_LIMIT ? v : NAN;
    }
  *width = (gint) w;
  *height = (gint) h;
  return flow;
}

gboolean
test_flo_write (const gchar * path, const gfloat * flow, gint width,
    gint height, GError ** error)
{
  gsize n = (gsize) width * height, size = FLO_HEADER + 8 * n;
  g_autofree gchar *data = g_malloc (size);
  guint32 sides[2] = { GUINT32_TO_LE ((guint32) width),
    GUINT32_TO_LE ((guint32) height)
  };

  memcpy (data, FLO_TAG, 4);
  memcpy (data + 4, sides, 8);
  for (gsize i = 0; i < n; i++)
    for (gsize c = 0; c < 2; c++) {
      gfloat v = flow[c * n + i];
      guint32 bits;

      if (!isfinite (v))
        v = FLO_UNKNOWN;
      memcpy (&bits, &v, 4);
      bits = GUINT32_TO_LE (bits);
      memcpy (data + FLO_HEADER + 8 * i + 4 * c, &bits, 4);
    }
  return g_file_set_contents (path, data, (gssize) size, error);
}

/* The next number of a PPM header; blanks and comments before it are skipped.
 * -1: there is none. */
static gint
ppm_number (const gchar * data, gsize size, gsize * at)
{
  gint value = 0, digits = 0;

  while (*at < size && (g_ascii_isspace (data[*at]) || data[*at] == '#')) {
    if (data[*at] == '#')
      while (*at < size && data[*at] != '\n')
        ++ * at;
    else
      ++ * at;
  }
  for (; *at < size && g_ascii_isdigit (data[*at]) && digits < 8; digits++)
    value = 10 * value + g_ascii_digit_value (data[(*at)++]);
  return digits ? value : -1;
}

guint8 *
test_ppm_read (const gchar * path, gint * width, gint * height, GError ** error)
{
  g_autofree gchar *data = NULL;
  gsize size, at = 2;
  gint w, h, range;

  if (!read_file (path, &data, &size, error))
    return NULL;
  if (size < 2 || memcmp (data, "P6", 2) != 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
        "'%s' is no binary PPM file: it does not begin with P6", path);
    return NULL;
  }
  w = ppm_number (data, size, &at);
  h = ppm_number (data, size, &at);
  range = ppm_number (data, size, &at);
  at++;                         /* one blank */
  if (w < 1 || h < 1 || w > MAX_SIDE || h > MAX_SIDE || range != 255
      || size < at || size - at < 3 * (gsize) w * h) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
        "'%s' is broken, or has more " "than 8 bits: %dx%d up to %d in %"
        G_GSIZE_FORMAT " bytes", path, w, h, range, size);
    return NULL;
  }
  *width = w;
  *height = h;
  return g_memdup2 (data + at, 3 * (gsize) w * h);
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

GArray *
test_end_point_errors (const gfloat * flow, const gfloat * truth,
    const guint8 * mask, gint width, gint height)
{
  gsize n = (gsize) width * height;
  GArray *errors = g_array_new (FALSE, FALSE, sizeof (gdouble));

  for (gsize i = 0; i < n; i++) {
    gdouble e = hypot (flow[i] - truth[i], flow[n + i] - truth[n + i]);

    if ((mask == NULL || mask[i]) && !isnan (truth[i])
        && !isnan (truth[n + i]))
      g_array_append_val (errors, e);
  }
  g_array_sort (errors, compare_doubles);
  return errors;
}

/* The pixels around the target of @at; FALSE outside the frame. */
static gboolean
find_target (const gfloat * flow, gint width, gint height, gsize at,
    gsize near[4])
{
  gdouble x = (gdouble) (at % width) + flow[at];
  gdouble y = (gdouble) (at / width) + flow[(gsize) width * height + at];

  if (!(x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1))
    return FALSE;
  for (gint i = 0; i < 4; i++)
    near[i] = (gsize) MIN ((gint) y + (i >> 1), height - 1) * width
        + MIN ((gint) x + (i & 1), width - 1);
  return TRUE;
}

void
test_visible_both (const gfloat * flow, const gfloat * from,
    const gfloat * to, gint width, gint height, guint8 * visible)
{
  gsize n = (gsize) width * height, near[4];
  /* Per pixel of @to, who fits best there, and how badly. */
  g_autofree gsize *best = g_new0 (gsize, n);
  g_autofree gfloat *badness = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    badness[i] = G_MAXFLOAT;
  for (gsize i = 0; i < n; i++) {
    visible[i] = find_target (flow, width, height, i, near);
    for (gint k = 0; visible[i] && k < 4; k++) {
      gfloat bad = 0;

      for (gsize c = 0; c < 3; c++)
        bad += fabsf (to[c * n + near[k]] - from[c * n + i]);
      if (bad < badness[near[k]]) {
        badness[near[k]] = bad;
        best[near[k]] = i;
      }
    }
  }
  for (gsize i = 0; i < n; i++) {
    if (!visible[i])
      continue;
    find_target (flow, width, height, i, near);
    for (gint k = 0; k < 4; k++) {
      gsize other = best[near[k]];

      if (hypot (flow[i] - flow[other], flow[n + i] - flow[n + other]) > 1)
        visible[i] = 0;
    }
  }
}
