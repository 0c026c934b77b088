/* gst-stylegan: LeakyRelu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* leaky_relu (x) -> y = x < 0 ? alpha * x : x. ONNX's LeakyRelu. */
typedef struct
{
  gfloat alpha;
} SgLeakyReluAttrs;

G_END_DECLS
