/* gst-stylegan: what a training measured, as JSON lines and as a plot
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct _Metrics
{
  gchar *path;
  FILE *file;                   /* NULL: writing failed */
  guint every;
  GArray *rows;                 /* MetricsRow */

  guint n;                      /* steps in the sums */
  guint n_loss[SG_N_LOSSES];    /* ... that measured this loss */
  MetricsRow sum;
  gdouble gradient_norm;        /* sum */
  SgTrainReport last;
  gdouble images_per_second;
};

/* The number of "key": in a line that metrics_flush () wrote, or NaN. */
static gdouble
find_number (const gchar * line, const gchar * key)
{
  g_autofree gchar *quoted = g_strdup_printf ("\"%s\":", key);
  const gchar *at = strstr (line, quoted);

  return at ? g_ascii_strtod (at + strlen (quoted), NULL) : NAN;
}

static gboolean
read_line (Metrics * metrics, const gchar * line, guint64 last)
{
  MetricsRow row;
  gdouble step = find_number (line, "step");
  guint i;

  if (!g_str_has_prefix (line, "{\"step\":") || !g_str_has_suffix (line, "}")
      || isnan (step) || step > last)
    return FALSE;
  row.step = step;
  row.total = find_number (line, "total");
  for (i = 0; i < SG_N_LOSSES; i++)
    row.loss[i] = find_number (line, sg_loss_get_name (i));
  if (!isnan (row.total))
    g_array_append_val (metrics->rows, row);
  return TRUE;
}

/* What is kept of the file. */
static gboolean
cut_back (Metrics * metrics, guint64 step, GError ** error)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GString) kept = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  guint i;

  if (step > 0 && g_file_test (metrics->path, G_FILE_TEST_EXISTS)) {
    if (!g_file_get_contents (metrics->path, &text, NULL, error))
      return FALSE;
    lines = g_strsplit (text, "\n", -1);
    for (i = 0; lines[i]; i++)
      if (read_line (metrics, lines[i], step))
        g_string_append_printf (kept, "%s\n", lines[i]);
  }
  return g_file_set_contents (metrics->path, kept->str, kept->len, error);
}

static void
set_error (Metrics * metrics, GError ** error)
{
  gint number = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
      "%s: %s", metrics->path, g_strerror (number));
}

Metrics *
metrics_open (const gchar * path, guint every, guint64 step, GError ** error)
{
  g_autoptr (Metrics) metrics = g_new0 (Metrics, 1);

  metrics->path = g_strdup (path);
  metrics->every = every;
  metrics->rows = g_array_new (FALSE, FALSE, sizeof (MetricsRow));
  if (!cut_back (metrics, step, error))
    return NULL;
  metrics->file = fopen (path, "a");
  if (!metrics->file) {
    set_error (metrics, error);
    return NULL;
  }
  return g_steal_pointer (&metrics);
}

void
metrics_close (Metrics * metrics)
{
  if (!metrics)
    return;
  if (metrics->file)
    fclose (metrics->file);
  g_clear_pointer (&metrics->rows, g_array_unref);
  g_free (metrics->path);
  g_free (metrics);
}

static void
append_number (GString * line, const gchar * before, const gchar * key,
    gdouble value)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_string_append_printf (line, ",\"%s%s\":%s", before, key,
        g_ascii_formatd (number, sizeof (number), "%.6g", value));
}

static gboolean
write_line (Metrics * metrics, const gchar * line, GError ** error)
{
  if (!metrics->file)
    return TRUE;
  if (fprintf (metrics->file, "%s\n", line) >= 0 && fflush (metrics->file) == 0)
    return TRUE;
  set_error (metrics, error);
  fclose (metrics->file);
  metrics->file = NULL;
  return FALSE;
}

gboolean
metrics_flush (Metrics * metrics, GError ** error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  MetricsRow row = metrics->sum;
  const SgTrainReport *last = &metrics->last;
  guint i;

  if (metrics->n == 0)
    return TRUE;
  row.step = last->step;
  row.total /= metrics->n;
  g_string_printf (line, "{\"step\":%" G_GUINT64_FORMAT, row.step);
  append_number (line, "", "total", row.total);
  for (i = 0; i < SG_N_LOSSES; i++) {
    row.loss[i] = metrics->n_loss[i] ? row.loss[i] / metrics->n_loss[i] : NAN;
    append_number (line, "", sg_loss_get_name (i), row.loss[i]);
  }
  for (i = 0; i < SG_N_LOSSES; i++)
    append_number (line, "weight_", sg_loss_get_name (i), last->weight[i]);
  append_number (line, "", "rate", last->rate);
  append_number (line, "", "gradient_norm",
      metrics->gradient_norm / metrics->n);
  append_number (line, "", "realness", last->realness);
  append_number (line, "", "style_score", last->style_score);
  if (metrics->images_per_second > 0)
    append_number (line, "", "images_per_second", metrics->images_per_second);
  g_string_append_c (line, '}');

  g_array_append_val (metrics->rows, row);
  metrics->n = 0;
  memset (metrics->n_loss, 0, sizeof (metrics->n_loss));
  memset (&metrics->sum, 0, sizeof (metrics->sum));
  metrics->gradient_norm = 0;
  return write_line (metrics, line->str, error);
}

/* A step that was taken back: of no mean, but worth a line. */
static gboolean
add_rollback (Metrics * metrics, const SgTrainReport * report, GError ** error)
{
  g_autofree gchar *valid = g_utf8_make_valid (report->rollback, -1);
  g_autoptr (GString) line = g_string_new (NULL);
  const gchar *p;

  g_string_printf (line, "{\"step\":%" G_GUINT64_FORMAT ",\"rollback\":\"",
      report->step);
  for (p = valid; *p; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (line, "\\%c", *p);
    else if ((guchar) * p < 0x20)
      g_string_append_printf (line, "\\u%04x", (guint) * p);
    else
      g_string_append_c (line, *p);
  g_string_append (line, "\"}");
  return write_line (metrics, line->str, error);
}

gboolean
metrics_add (Metrics * metrics, const SgTrainReport * report,
    gdouble images_per_second, GError ** error)
{
  guint i;

  if (report->rollback)
    return add_rollback (metrics, report, error);
  metrics->n++;
  metrics->sum.total += report->total;
  metrics->gradient_norm += report->gradient_norm;
  for (i = 0; i < SG_N_LOSSES; i++)
    if (!isnan (report->loss[i])) {
      metrics->sum.loss[i] += report->loss[i];
      metrics->n_loss[i]++;
    }
  metrics->last = *report;
  metrics->last.rollback = NULL;
  metrics->images_per_second = images_per_second;
  return report->step % metrics->every != 0 || metrics_flush (metrics, error);
}

gboolean
metrics_plot (Metrics * metrics, const gchar * path, const gchar * title,
    GError ** error)
{
  g_autofree gchar *svg = plot_losses ((const MetricsRow *) metrics->rows->data,
      metrics->rows->len, title);

  return g_file_set_contents (path, svg, -1, error);
}
