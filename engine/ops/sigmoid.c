/* gst-stylegan: Sigmoid, y = 1 / (1 + e ^ -x)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/activation.h"
#include "ops/ops.h"

static gboolean
as_activation (const SgCall * call, SgActivation * activation)
{
  activation->kind = SG_ACTIVATION_SIGMOID;
  return TRUE;
}

static const SgOnnxName names[] = { {"Sigmoid", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (sigmoid, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_float, .as_activation = as_activation);
