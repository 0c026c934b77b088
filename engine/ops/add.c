/* gst-stylegan: Add, c = a + b, broadcast
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  sg_call_fill_channels (call, scale, 1);
  return sg_call_any_channel_constant (call, x, shift);
}

static void
gradient (SgGradient * g)
{
  for (guint i = 0; i < 2; i++)
    if (g->wanted[i])
      g->inputs[i] = sg_gradient_sum_to (g, g->outputs[0],
          sg_gradient_input_shape (g, i));
}

static const SgOnnxName names[] = { {"Add", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (add, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = sg_infer_arithmetic, .as_scale_shift = as_scale_shift,
    .gradient = gradient);
