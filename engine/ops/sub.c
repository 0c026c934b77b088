/* gst-stylegan: Sub, c = a - b, broadcast
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  gint64 n;

  if (!sg_call_any_channel_constant (call, x, shift))
    return FALSE;
  n = sg_call_fill_channels (call, scale, *x == 0 ? 1 : -1);
  for (gint64 i = 0; i < n && *x == 0; i++)
    shift[i] = -shift[i];
  return TRUE;
}

static void
gradient (SgGradient * g)
{
  if (g->wanted[0])
    g->inputs[0] = sg_gradient_sum_to (g, g->outputs[0],
        sg_gradient_input_shape (g, 0));
  if (g->wanted[1])
    g->inputs[1] = sg_gradient_unary (g, "neg", sg_gradient_sum_to (g,
            g->outputs[0], sg_gradient_input_shape (g, 1)));
}

static const SgOnnxName names[] = { {"Sub", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (sub, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = sg_infer_arithmetic, .as_scale_shift = as_scale_shift,
    .gradient = gradient);
