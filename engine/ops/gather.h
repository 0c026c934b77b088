/* gst-stylegan: Gather
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* gather (x, indices i32 or i64) -> y: the slices of x along @axis that indices
 * name, in the shape of indices. Negative indices count from the end. ONNX's
 * Gather. Indices that are computed are checked when it runs. */
typedef struct
{
  gint64 axis;                  /* may be negative */
} SgGatherAttrs;

G_END_DECLS
