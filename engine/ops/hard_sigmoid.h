/* gst-stylegan: HardSigmoid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* hard_sigmoid (x) -> y = min (max (alpha * x + beta, 0), 1). ONNX's
 * HardSigmoid. */
typedef struct
{
  gfloat alpha, beta;
} SgHardSigmoidAttrs;

G_END_DECLS
