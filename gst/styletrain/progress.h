/* gst-stylegan: how far a training is, on the terminal
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sg/train.h>

G_BEGIN_DECLS

/* On stderr: one line that is drawn again and again where that is a terminal, else
 * a plain line from time to time. Colours unless NO_COLOR is set.
 * Thread-safety: safe. */
typedef struct _Progress Progress;

/* quiet: only warnings */
Progress *progress_new (gboolean quiet);
void progress_free (Progress * progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Progress, progress_free)

/* Nothing is said, not even warnings: for all processes of several but one. */
void progress_mute (Progress * progress);

/* A line that stays. */
void progress_say (Progress * progress, const gchar * format, ...)
    G_GNUC_PRINTF (2, 3);
/* ... even when quiet. */
void progress_warn (Progress * progress, const gchar * format, ...)
    G_GNUC_PRINTF (2, 3);

/* The scan: @n_done of @n files, the last of them @path. */
void progress_scan (Progress * progress, guint n_done, guint n,
    const gchar * path);

/* The steps of this run begin, at @step of @n_steps, each of @batch pictures; 0: rates
 * are in steps. */
void progress_start (Progress * progress, guint64 step, guint64 n_steps,
    guint batch);
void progress_step (Progress * progress, const SgTrainReport * report);
/* Steps like the next one that take as long as all that are left; without it, they are
 * counted. */
void progress_set_left (Progress * progress, gdouble steps);
/* Images (or steps) per second of the last steps; 0: not known yet. */
gdouble progress_get_rate (Progress * progress);
/* Of work that is no training: @part of 1 done since progress_start (), and what is
 * being done now. */
void progress_work (Progress * progress, gdouble part, const gchar * what);
/* The line is no longer drawn; what it said last stays. */
void progress_end (Progress * progress);

G_END_DECLS
