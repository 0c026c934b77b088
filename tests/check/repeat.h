/* gst-stylegan: memory that stays what it was
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef void (*RepeatFunc) (gpointer data, guint i);

/* Runs @func @warm_up times and then @n times, which must leave resident memory
 * where it was, give or take @slack bytes. Where memory is watched by other means, a
 * few times are enough for them, and resident memory says nothing. */
void repeat (RepeatFunc func, gpointer data, guint warm_up, guint n,
    gint64 slack);

G_END_DECLS
