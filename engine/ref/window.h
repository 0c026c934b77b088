/* gst-stylegan: sliding windows for the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/window.h"
#include "ref/ref.h"

G_BEGIN_DECLS

/* One, two and three spatial dimensions are all treated as three: the missing
 * ones come first and are of size 1. */
typedef struct
{
  gint64 in[3], out[3];
  gint64 kernel[3], stride[3], dilation[3], pad[3];
} RefWindow;

/* @window: resolved
 * @in, @out: its spatial sizes */
static inline void
ref_window_init (RefWindow * w, const SgWindow * window, const gint64 * in,
    const gint64 * out)
{
  gint missing = 3 - window->n_spatial;

  for (gint i = 0; i < 3; i++) {
    gint j = i - missing;

    w->in[i] = j < 0 ? 1 : in[j];
    w->out[i] = j < 0 ? 1 : out[j];
    w->kernel[i] = j < 0 ? 1 : window->kernel[j];
    w->stride[i] = j < 0 ? 1 : window->stride[j];
    w->dilation[i] = j < 0 ? 1 : window->dilation[j];
    w->pad[i] = j < 0 ? 0 : window->pad_begin[j];
  }
}

static inline gint64
ref_volume (const gint64 size[3])
{
  return size[0] * size[1] * size[2];
}

/* Of the integers i >= 0 below @n: those with 0 <= @start + i * @step < @limit
 * are @first to @end - 1. */
static inline void
ref_range (gint64 start, gint64 step, gint64 limit, gint64 n, gint64 * first,
    gint64 * end)
{
  *first = start < 0 ? (-start + step - 1) / step : 0;
  *end = start >= limit ? 0 : MIN (n, (limit - start - 1) / step + 1);
}

G_END_DECLS
