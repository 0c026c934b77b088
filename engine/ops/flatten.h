/* gst-stylegan: Flatten
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* flatten (x) -> y of rank 2: the dimensions before @axis and those from it on
 * multiplied together. ONNX's Flatten. */
typedef struct
{
  gint64 axis;                  /* -rank to rank, both included */
} SgFlattenAttrs;

G_END_DECLS
