/* gst-stylegan: Abs, y = |x|
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"

static const SgOnnxName names[] = { {"Abs", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (abs, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_numeric);
