/* gst-stylegan: Div, c = a / b, broadcast; integers towards zero
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  gint64 n = sg_call_fill_channels (call, shift, 0);

  *x = 0;
  if (!sg_call_channel_constant (call, 1, scale))
    return FALSE;
  for (gint64 i = 0; i < n; i++)
    scale[i] = 1 / scale[i];
  return TRUE;
}

/* d (a / b) = da / b - db * y / b */
static void
gradient (SgGradient * g)
{
  SgValue *a = sg_gradient_binary (g, "div", g->outputs[0],
      g->node->inputs[1]);

  if (g->wanted[0])
    g->inputs[0] = sg_gradient_sum_to (g, a, sg_gradient_input_shape (g, 0));
  if (g->wanted[1])
    g->inputs[1] = sg_gradient_unary (g, "neg", sg_gradient_sum_to (g,
            sg_gradient_binary (g, "mul", a, g->node->outputs[0]),
            sg_gradient_input_shape (g, 1)));
}

static const SgOnnxName names[] = { {"Div", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (div, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = sg_infer_arithmetic, .as_scale_shift = as_scale_shift,
    .gradient = gradient);
