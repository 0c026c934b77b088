/* gst-stylegan: Sigmoid, y = 1 / (1 + e ^ -x)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/activation.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
as_activation (const SgCall * call, SgActivation * activation)
{
  activation->kind = SG_ACTIVATION_SIGMOID;
  return TRUE;
}

/* dy * (y - y^2) */
static void
gradient (SgGradient * g)
{
  SgValue *y = g->node->outputs[0];

  g->inputs[0] = sg_gradient_binary (g, "mul", g->outputs[0],
      sg_gradient_binary (g, "sub", y, sg_gradient_binary (g, "mul", y, y)));
}

static const SgOnnxName names[] = { {"Sigmoid", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (sigmoid, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_float, .as_activation = as_activation,
    .gradient = gradient);
