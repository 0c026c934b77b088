/* gst-stylegan: Reshape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* reshape (x, shape i64 [n], constant) -> y: the same elements in that shape.
 * -1, at most once, is what remains. ONNX's Reshape. */
typedef struct
{
  gboolean allowzero;           /* 0 means 0, not x's dimension */
} SgReshapeAttrs;

G_END_DECLS
