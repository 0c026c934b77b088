/* gst-stylegan: what GStreamer does not say of JPEG files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

typedef struct
{
  /* From Exif data; GST_VIDEO_ORIENTATION_IDENTITY: none. jpegparse would do
   * it, but is not plugged by itself (rank none in 1.22). */
  GstVideoOrientationMethod orientation;
  /* The picture's data have no end. jpegdec fills up with grey and is silent. */
  gboolean cut_off;
} DatasetJpeg;

/* Of files that are no JPEG files nothing is said. */
void dataset_jpeg_read (const gchar * path, DatasetJpeg * jpeg);

G_END_DECLS
