/* gst-stylegan: pictures to look at
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes 8 bit R, G, B, row after row without gaps, as a PNG file. */
gboolean test_png_write (const gchar * path, const guint8 * rgb, guint width,
    guint height, GError ** error);

G_END_DECLS
