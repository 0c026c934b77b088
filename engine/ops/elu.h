/* gst-stylegan: Elu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* elu (x) -> y = x < 0 ? alpha * (e ^ x - 1) : x. ONNX's Elu. */
typedef struct
{
  gfloat alpha;
} SgEluAttrs;

G_END_DECLS
