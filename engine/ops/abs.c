/* gst-stylegan: Abs, y = |x|
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
#include "ops/ops.h"

static void
gradient (SgGradient * g)
{
  sg_gradient_gate (g, g->node->inputs[0], 0, 0, -1, 0, 1);
}

static const SgOnnxName names[] = { {"Abs", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (abs, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_numeric, .gradient = gradient);
