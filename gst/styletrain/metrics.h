/* gst-stylegan: what a training measured, as JSON lines and as a plot
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* Means over some steps. */
typedef struct
{
  guint64 step;                 /* the last of them */
  gdouble total;
  gdouble loss[SG_N_LOSSES];    /* NaN: not measured */
} MetricsRow;

/* Thread-safety: one thread at a time. */
typedef struct _Metrics Metrics;

/* A JSON object per line: "step", "total", and by their names losses, "weight_" and
 * a name, "rate", "gradient_norm", ...; means over the steps since the line before.
 * Lines of steps after @step are cut off, and so is what is no such line.
 * every: steps per line */
Metrics *metrics_open (const gchar * path, guint every, guint64 step,
    GError ** error);
void metrics_close (Metrics * metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Metrics, metrics_close)

/* images_per_second: or 0. Errors: G_FILE_ERROR, once: after it nothing is written
 * any more. */
gboolean metrics_add (Metrics * metrics, const SgTrainReport * report,
    gdouble images_per_second, GError ** error);
/* Writes the line of what has been added since the last one: a training that goes
 * on from here begins with a new line. */
gboolean metrics_flush (Metrics * metrics, GError ** error);

/* All rows so far as SVG: losses over steps. */
gboolean metrics_plot (Metrics * metrics, const gchar * path,
    const gchar * title, GError ** error);

/* plot.c. rows: in ascending order of their steps
 * Returns: (transfer full) */
gchar *plot_losses (const MetricsRow * rows, guint n_rows, const gchar * title);

G_END_DECLS
