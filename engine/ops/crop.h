/* gst-stylegan: Crop
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* crop (x [N,C,H,W]) -> y [N,C,height,width], of which sample (0, 0) is sample
 * (top, left) of x. Without a size: what right and bottom leave. */
typedef struct
{
  gint64 left, top, right, bottom;
  gint64 height, width;         /* 0: not given */
} SgCropAttrs;

G_END_DECLS
