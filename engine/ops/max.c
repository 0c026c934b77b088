/* gst-stylegan: Max, y = max (x0, x1, ...), broadcast
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/ops.h"

static const SgOnnxName names[] = { {"Max", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (max, .onnx = names, .min_inputs = 1, .max_inputs = SG_OP_VARIADIC,
    .infer = sg_infer_arithmetic);
