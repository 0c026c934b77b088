/* gst-stylegan: LeakyRelu, y = x < 0 ? alpha * x : x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/leaky_relu.h"

#include "ops/activation.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgLeakyReluAttrs *a = attrs;

  a->alpha = sg_import_float (import, "alpha", 0.01f);
  return TRUE;
}

static gboolean
as_activation (const SgCall * call, SgActivation * activation)
{
  const SgLeakyReluAttrs *attrs = call->attrs;

  activation->kind = SG_ACTIVATION_LEAKY_RELU;
  activation->alpha = attrs->alpha;
  return TRUE;
}

static void
gradient (SgGradient * g)
{
  gdouble alpha = ((const SgLeakyReluAttrs *) g->node->attrs)->alpha;

  /* where the output has the input's sign, the input need not be kept */
  sg_gradient_gate (g, alpha > 0 ? g->node->outputs[0] : g->node->inputs[0],
      0, 0, alpha, alpha, 1);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgLeakyReluAttrs *a = attrs;

  sg_export_set_float (export, "alpha", a->alpha);
  return TRUE;
}

static const SgOnnxName names[] = { {"LeakyRelu", 6, 0, parse, write}, {NULL} };

SG_DEFINE_OP (leaky_relu, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgLeakyReluAttrs), .infer = sg_infer_same_float,
    .as_activation = as_activation, .gradient = gradient);
