/* gst-stylegan: HardSwish, y = x * min (max (x / 6 + 1/2, 0), 1)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"

static const SgOnnxName names[] = { {"HardSwish", 14, 0, NULL}, {NULL} };

SG_DEFINE_OP (hard_swish, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_float);
