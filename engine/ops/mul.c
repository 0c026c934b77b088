/* gst-stylegan: Mul, c = a * b, broadcast
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  sg_call_fill_channels (call, shift, 0);
  return sg_call_any_channel_constant (call, x, scale);
}

static void
gradient (SgGradient * g)
{
  for (guint i = 0; i < 2; i++)
    if (g->wanted[i])
      g->inputs[i] = sg_gradient_sum_to (g, sg_gradient_binary (g, "mul",
              g->outputs[0], g->node->inputs[1 - i]),
          sg_gradient_input_shape (g, i));
}

static const SgOnnxName names[] = { {"Mul", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (mul, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = sg_infer_arithmetic, .as_scale_shift = as_scale_shift,
    .gradient = gradient);
