/* gst-stylegan: what bench-image's backends share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "util/frame.h"

G_BEGIN_DECLS

typedef struct
{
  gint width, height, n_runs;
  gboolean json;
  const SgTransfer *transfer;   /* or NULL */
} BenchImage;

/* The device @name (NULL: the first there is), or NULL with @error. */
SgDevice *bench_image_vulkan_open (const gchar * name, gint n_threads,
    SgPrecision precision, GError ** error);
/* Prints a line: ms of each step between frame, buffers and tensor. */
gboolean bench_image_vulkan (SgDevice * device, const BenchImage * options,
    const TestFormat * format, GError ** error);

G_END_DECLS
