/* gst-stylegan: PRelu, y = x < 0 ? slope * x : x, slope broadcast to x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/gate.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  if (!sg_infer_arithmetic (call, error))
    return FALSE;
  if (!sg_shape_equal (&call->outputs[0].shape, &call->inputs[0].shape)) {
    g_autofree gchar *x = sg_shape_to_string (&call->inputs[0].shape);
    g_autofree gchar *slope = sg_shape_to_string (&call->inputs[1].shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "slope %s does not broadcast to %s", slope, x);
  }
  return TRUE;
}

/* Where x is negative dx is dy * slope and dslope is dy * x. */
static void
gradient (SgGradient * g)
{
  const SgGateAttrs positive = { 0, 0, 0, 0, 1 }, negative = { 0, 0, 1, 1, 0 };
  SgValue *x = g->node->inputs[0], *slope = g->node->inputs[1];
  SgValue *below = sg_gradient_node (g, "gate", &negative, 2, x,
      g->outputs[0]);

  if (g->wanted[0])
    g->inputs[0] = sg_gradient_binary (g, "add", sg_gradient_node (g, "gate",
            &positive, 2, x, g->outputs[0]),
        sg_gradient_binary (g, "mul", below, slope));
  if (g->wanted[1])
    g->inputs[1] = sg_gradient_sum_to (g, sg_gradient_binary (g, "mul", below,
            x), sg_gradient_input_shape (g, 1));
}

static const SgOnnxName names[] = { {"PRelu", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (prelu, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer, .gradient = gradient);
