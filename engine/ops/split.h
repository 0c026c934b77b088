/* gst-stylegan: Split
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* split (x, sizes i64 [n outputs], constant, or none) -> y0, y1, ...: x cut
 * along @axis. Without sizes the parts are equal, only that the last may be
 * smaller where num_outputs is given. ONNX's Split. */
typedef struct
{
  gint64 axis;                  /* may be negative */
  gint64 num_outputs;           /* 0: not given */
} SgSplitAttrs;

G_END_DECLS
