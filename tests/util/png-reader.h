/* gst-stylegan: pictures for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a PNG file of any kind as 8 bit R, G, B, row after row without gaps.
 * Returns: (transfer full): NULL with @error set. */
guint8 *test_png_read (const gchar * path, guint * width, guint * height,
    GError ** error);

G_END_DECLS
