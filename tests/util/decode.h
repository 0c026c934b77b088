/* gst-stylegan: pictures and clips of any format, through GStreamer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A frame: 8 bit R, G, B, row after row without gaps, valid for the call.
 * FALSE: no more frames wanted. */
typedef gboolean (*TestDecodeFunc) (const guint8 * rgb, gint width,
    gint height, gpointer user_data);

/* Decodes the first @max_frames frames of a picture or clip (0: all).
 * @height: 0 as in the file; else scaled to it with the aspect ratio kept and an
 *   even width
 * gst_init () must have been called. Errors: SG_ERROR_NOT_FOUND, GStreamer's;
 * SG_ERROR_FAILED when there is no picture in the file. */
gboolean test_decode (const gchar * path, gint height, gint max_frames,
    TestDecodeFunc func, gpointer user_data, GError ** error);

G_END_DECLS
