/* gst-stylegan: Exp, y = e ^ x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
#include "ops/ops.h"

static void
gradient (SgGradient * g)
{
  g->inputs[0] = sg_gradient_binary (g, "mul", g->outputs[0],
      g->node->outputs[0]);
}

static const SgOnnxName names[] = { {"Exp", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (exp, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_float, .gradient = gradient);
