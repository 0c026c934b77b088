/* gst-stylegan: GstVideoFrame as the engine sees it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <sg/image.h>

G_BEGIN_DECLS

/* gst_video_frame_map () without taking a reference, which reports what does not
 * fit (GST_STREAM_ERROR) and trusts no GstVideoMeta. */
gboolean gst_stylegan_frame_map (GstVideoFrame * frame,
    const GstVideoInfo * info, GstBuffer * buffer, GstMapFlags flags,
    GError ** error);

/* How frames of one GstVideoInfo become images of the engine and back. Formats
 * whose components start at a byte are described where they are; all others are
 * unpacked to, and packed from, a picture of four 8 or 16 bit components that
 * belongs to the converter.
 *
 * One thread at a time. */
typedef struct _GstStyleganConverter GstStyleganConverter;

/* @threads: shares out the rows of formats that are unpacked
 * Returns: NULL when there is no memory for the pictures */
GstStyleganConverter *gst_stylegan_converter_new (const GstVideoInfo * info,
    SgThreadPool * threads);
void gst_stylegan_converter_free (GstStyleganConverter * converter);

/* Whether frames are described where they are. */
gboolean gst_stylegan_converter_is_direct (GstStyleganConverter * converter);

/* Describes (and unpacks, where needed) the part of the mapped @frame that
 * begins at @x, @y and has the size of the converter's GstVideoInfo. @frame may
 * be larger. @image refers to the frame's or the converter's memory.
 * Errors (GST_STREAM_ERROR): the part is not inside the frame, or the frame not
 * inside its memory. */
gboolean gst_stylegan_converter_load (GstStyleganConverter * converter,
    const GstVideoFrame * frame, gint x, gint y, SgImage * image,
    GError ** error);

/* The image to write for the mapped @frame. For formats that are unpacked it is
 * the memory of the image that was loaded last. */
gboolean gst_stylegan_converter_begin_store (GstStyleganConverter * converter,
    GstVideoFrame * frame, SgImage * image, GError ** error);
/* To be called when that image is written: packs, where needed. */
gboolean gst_stylegan_converter_end_store (GstStyleganConverter * converter,
    GstVideoFrame * frame, GError ** error);

/* Copies the part of @source that begins at @x, @y as it is. @source may be larger
 * than @target. */
gboolean gst_stylegan_converter_copy (GstStyleganConverter * converter,
    const GstVideoFrame * source, gint x, gint y, GstVideoFrame * target,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganConverter,
    gst_stylegan_converter_free)

G_END_DECLS
