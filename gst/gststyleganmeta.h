/* gst-stylegan: metas and allocation of a filter that keeps size and format
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* Whether metas of @api stay true when the pixels change, but neither size,
 * geometry nor colorimetry of the frame. */
gboolean gst_stylegan_meta_is_kept (GType api);

/* Where the frame of the size that the caps say begins in @buffer: the offset of
 * its GstVideoCropMeta, or 0,0. Returns: whether there is such a meta */
gboolean gst_stylegan_meta_get_offset (GstBuffer * buffer, gint * x, gint * y);

/* Adds @roi, moved from the buffer's to the frame's coordinates and clipped to
 * @width x @height; nothing when it lies outside. */
void gst_stylegan_meta_move_roi (GstBuffer * buffer,
    const GstVideoRegionOfInterestMeta * roi, gint x, gint y, gint width,
    gint height);

/* The pool of an allocation query that was answered downstream. */
gboolean gst_stylegan_meta_decide_pool (GstQuery * query);
/* What an upstream element may use. */
gboolean gst_stylegan_meta_propose (GstQuery * query);

G_END_DECLS
