/* gst-stylegan: Relu, y = max (x, 0)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/activation.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
as_activation (const SgCall * call, SgActivation * activation)
{
  activation->kind = SG_ACTIVATION_RELU;
  return TRUE;
}

static void
gradient (SgGradient * g)
{
  /* the output says as much, and the input need not be kept */
  sg_gradient_gate (g, g->node->outputs[0], 0, 0, 0, 0, 1);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  return export->dtype == SG_DTYPE_NONE || sg_dtype_is_float (export->dtype)
      || sg_export_needs (export, 14, "Relu of integers", error);
}

static const SgOnnxName names[] = { {"Relu", 1, 0, NULL, write}, {NULL} };

SG_DEFINE_OP (relu, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = sg_infer_same_numeric, .as_activation = as_activation,
    .gradient = gradient);
