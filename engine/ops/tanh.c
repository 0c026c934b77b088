/* gst-stylegan: Tanh, y = tanh (x)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/activation.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
as_activation (const SgCall * call, SgActivation * activation)
{
  activation->kind = SG_ACTIVATION_TANH;
  return TRUE;
}

/* dy * (1 - y^2) */
static void
gradient (SgGradient * g)
{
  SgValue *y = g->node->outputs[0];

  g->inputs[0] = sg_gradient_binary (g, "sub", g->outputs[0],
      sg_gradient_binary (g, "mul", g->outputs[0],
          sg_gradient_binary (g, "mul", y, y)));
}

static const SgOnnxName names[] = { {"Tanh", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (tanh, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_float, .as_activation = as_activation,
    .gradient = gradient);
