/* gst-stylegan: GstVideoColorimetry as the engine sees it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <sg/image.h>

G_BEGIN_DECLS

/* Colour of frames with @info. Unknown range and matrix become what GStreamer
 * assumes for such a frame; unknown primaries are taken for BT.709.
 * @sample_finfo: the format whose depth the samples have; the frame's own, or
 *   the one that it is unpacked to
 * @color: (out): refers to @transfer when primaries have to be converted
 * @transfer: (out): filled only then; has to live as long as @color */
void gst_stylegan_color_init (SgColor * color, SgTransfer * transfer,
    const GstVideoInfo * info, const GstVideoFormatInfo * sample_finfo);

G_END_DECLS
