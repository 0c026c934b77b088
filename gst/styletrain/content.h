/* gst-stylegan: the pictures that a command learns from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "dataset.h"
#include "progress.h"

G_BEGIN_DECLS

/* Scans @content and says what was found, and what not and why. For crops of @size px,
 * @batch of them in a step. */
Dataset *content_open (const gchar * const *content, guint64 seed, gint size,
    guint batch, Progress * progress, GError ** error);

/* The same, to look at files as a whole: dataset_get_files (). */
Dataset *content_list (const gchar * const *content, Progress * progress,
    GError ** error);

G_END_DECLS
