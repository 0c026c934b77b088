/* gst-stylegan: one file decoded for training
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "dataset-picture.h"

G_BEGIN_DECLS

/* A pipeline that gives the frames of a file's first video stream. Whatever a
 * decoder does, no call lasts much longer than the config's timeout.
 * Thread-safety: one thread at a time. */
typedef struct _DatasetDecoder DatasetDecoder;

/* Waits for the first frame.
 * config, cancellable: kept. Errors: DATASET_ERROR, G_IO_ERROR_CANCELLED */
DatasetDecoder *dataset_decoder_open (const gchar * uri,
    const DatasetConfig * config, GCancellable * cancellable, GError ** error);
void dataset_decoder_close (DatasetDecoder * decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DatasetDecoder, dataset_decoder_close);

typedef struct
{
  gint width, height;           /* as shown, before scaling */
  GstClockTime frame_duration;  /* nanoseconds; 0: unknown */
  GstClockTime duration;        /* nanoseconds; GST_CLOCK_TIME_NONE: unknown */
  gboolean seekable;
} DatasetStream;

void dataset_decoder_get_stream (DatasetDecoder * decoder,
    DatasetStream * stream);

/* The next frame will be the one shown at @position (nanoseconds). */
gboolean dataset_decoder_seek (DatasetDecoder * decoder,
    GstClockTime position, GError ** error);

typedef enum
{
  DATASET_PULL_FRAME,
  DATASET_PULL_END,             /* no further frame */
  DATASET_PULL_ERROR,
} DatasetPull;

/* The next frame.
 * picture: (out) (transfer full) (optional): scaled as the config says
 * pts: (out) (optional): nanoseconds, or GST_CLOCK_TIME_NONE */
DatasetPull dataset_decoder_pull (DatasetDecoder * decoder,
    StyletrainPicture ** picture, GstClockTime * pts, GError ** error);

G_END_DECLS
