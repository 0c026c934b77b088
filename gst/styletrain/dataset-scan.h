/* gst-stylegan: what there is to train on
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "dataset-decode.h"

G_BEGIN_DECLS

/* A photo or clip that can be used. */
typedef struct
{
  gchar *path;                  /* as people know it */
  gchar *name;                  /* within the folder given, or as given */
  gchar *uri;
  guint64 bytes;                /* 0: not a local file */
  gboolean photo;
  gboolean seekable;
  GstClockTime duration;        /* of clips, nanoseconds */
  GstClockTime frame_duration;  /* nanoseconds; 0: unknown */
  guint64 first_item;
  guint n_items;
  gint warned;                  /* atomic */
} DatasetFile;

void dataset_file_free (DatasetFile * file);

/* Files in the order of the contents given.
 * files: (element-type DatasetFile); rejects: (element-type DatasetReject): both
 *   appended to
 * Returns: FALSE when cancelled; else what is wrong is in @rejects. */
gboolean dataset_scan (const gchar * const *contents,
    const DatasetConfig * config, DatasetProgress progress,
    gpointer user_data, GCancellable * cancellable, GPtrArray * files,
    GArray * rejects, GError ** error);

/* dataset.c: the files in use, in the order they were found.
 * Returns: (transfer none) (element-type DatasetFile) */
const GPtrArray *dataset_get_files (const Dataset * dataset);

G_END_DECLS
