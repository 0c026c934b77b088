/* gst-stylegan: photos and clips for tests, written with GStreamer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether all elements are there; else the test is skipped, naming the first
 * that is not. Names with blanks between. */
gboolean clips_have (const gchar * elements);
/* As clips_have () for the elements in a pipeline that is then run to its end.
 * "%s" in @format is the file to be written, folder/name. */
gboolean clips_write (const gchar * folder, const gchar * name,
    const gchar * format);

/* Grey frames of 96x80 pixels at 25 frames/s that bear their number: luma (16..235)
 * is 16 + 12 * (number % 16) on the left, 16 + 12 * (number / 16) on the right. At
 * most 256. Written by @writer, elements with "location=%s" in the last. */
gboolean clips_write_count (const gchar * folder, const gchar * name,
    guint n_frames, const gchar * writer);

/* rm -r */
void clips_remove (const gchar * path);

G_END_DECLS
