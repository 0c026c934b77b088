/* gst-stylegan: pictures in files: masks, and styles to imitate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <sg/tensor.h>

G_BEGIN_DECLS

/* PGM and PPM (binary) are read at once, all else is decoded by GStreamer. Blocks.
 * @channels: 3 for R'G'B', 1 for luma
 * Returns: (transfer full): f32 [1,channels,height,width], 0..1; NULL with
 *   GST_RESOURCE_ERROR, GST_STREAM_ERROR or SG_ERROR, the message names @path */
SgTensor *gst_stylegan_picture_load (const gchar * path, gint channels,
    GError ** error);

/* As another size: means where it becomes smaller, straight lines between the
 * pixels where larger. Errors: SG_ERROR_NO_MEMORY */
SgTensor *gst_stylegan_picture_scale (const SgTensor * picture, gint width,
    gint height, GError ** error);

G_END_DECLS
