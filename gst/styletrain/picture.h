/* gst-stylegan: single pictures: in and out, and sheets of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "dataset.h"

G_BEGIN_DECLS

/* The first picture of a file or URI, scaled so that its shorter side lies in
 * @min_side .. @max_side.
 * Returns: (transfer full): dataset_picture_unref (); errors: DATASET_ERROR, the
 *   message names the file */
StyletrainPicture *styletrain_picture_load (const gchar * name, gint min_side,
    gint max_side, GError ** error);

/* What a name's ending stands for, "image/png" or "image/jpeg"; NULL: neither. */
const gchar *styletrain_picture_type (const gchar * path);
/* type: "image/png" or "image/jpeg"
 * rgb: height * width * 3 bytes
 * Returns: (transfer full); errors: GStreamer's */
GBytes *styletrain_picture_encode (const gchar * type, const guint8 * rgb,
    gint width, gint height, GError ** error);
/* As PNG; the file is there whole or not at all.
 * rgb: height * width * 3 bytes */
gboolean styletrain_png_save (const gchar * path, const guint8 * rgb,
    gint width, gint height, GError ** error);
/* ... as what the ending says. */
gboolean styletrain_picture_save (const gchar * path, const guint8 * rgb,
    gint width, gint height, GError ** error);

/* Draws @src into the box at @x, @y, of @width by @height, scaled (mean of the
 * area) to fit and centred.
 * dst: rows of dst_width pixels, R'G'B'; the box lies inside */
void styletrain_picture_draw (guint8 * dst, gint dst_width, gint x, gint y,
    gint width, gint height, const guint8 * src, gint src_width,
    gint src_height);

G_END_DECLS
