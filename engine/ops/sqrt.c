/* gst-stylegan: Sqrt, y = square root of x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
#include "ops/ops.h"

/* dy / (2 y) */
static void
gradient (SgGradient * g)
{
  g->inputs[0] = sg_gradient_scale (g, sg_gradient_binary (g, "div",
          g->outputs[0], g->node->outputs[0]), 0.5);
}

static const SgOnnxName names[] = { {"Sqrt", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (sqrt, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_float, .gradient = gradient);
