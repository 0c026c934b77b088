/* gst-stylegan: Concat
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* concat (x0, x1, ...) -> y: the inputs one after the other along @axis.
 * ONNX's Concat. */
typedef struct
{
  gint64 axis;                  /* may be negative */
} SgConcatAttrs;

G_END_DECLS
