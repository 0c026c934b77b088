/* gst-stylegan: pictures of the training data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

#include "dataset.h"

G_BEGIN_DECLS

/* (transfer full): its pixels uninitialised. Reference counted. */
StyletrainPicture *dataset_picture_new (gint width, gint height);
void dataset_picture_unref (StyletrainPicture * picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StyletrainPicture, dataset_picture_unref);

/* Pixels of the frame as it is to be shown: with square pixels, not rotated. */
void dataset_shown_size (const GstVideoInfo * info, gdouble * width,
    gdouble * height);
gboolean dataset_orientation_transposes (GstVideoOrientationMethod orientation);

/* Raw frames of any format to pictures. Keeps what it computed for the last
 * format. Thread-safety: one thread at a time. */
typedef struct _DatasetScaler DatasetScaler;

DatasetScaler *dataset_scaler_new (gint min_side, gint max_side);
void dataset_scaler_free (DatasetScaler * scaler);

/* Of interlaced frames only the top field is used: no combs, and nothing that
 * depends on the frames before.
 * Returns: (transfer full): NULL when the buffer is not what @info says, or
 * GStreamer cannot convert it */
StyletrainPicture *dataset_scaler_run (DatasetScaler * scaler,
    const GstVideoInfo * info, GstBuffer * buffer,
    GstVideoOrientationMethod orientation);

G_END_DECLS
