/* gst-stylegan: Pow, z = x ^ y, broadcast; z has the type of x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  SgTensorDesc both[2] = { call->inputs[0], call->inputs[1] };
  SgCall shapes = *call;

  if (both[1].dtype == SG_DTYPE_BOOL)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants numbers, not bool");
  /* The exponent's type is its own affair. */
  both[1].dtype = both[0].dtype;
  shapes.inputs = both;
  return sg_infer_arithmetic (&shapes, error);
}

/* dx = dy * n * x^(n - 1) */
static void
gradient (SgGradient * g)
{
  const SgTensor *exponent = sg_call_get_constant (g->call, 1);
  gint64 count = sg_shape_elements (sg_gradient_input_shape (g, 1));
  g_autofree gdouble *n = g_new (gdouble, MAX (count, 1));
  SgValue *x = g->node->inputs[0], *power, *slope;
  gboolean square = TRUE;

  if (exponent == NULL) {
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED,
        "has a gradient only where the exponent is a constant");
    return;
  }
  for (gint64 i = 0; i < count; i++) {
    n[i] = sg_tensor_get (exponent, i);
    square &= n[i] == 2;
  }
  power = sg_gradient_floats (g, n, &exponent->desc.shape);
  for (gint64 i = 0; i < count; i++)
    n[i] -= 1;
  slope = square ? x : sg_gradient_binary (g, "pow", x,
      sg_gradient_floats (g, n, &exponent->desc.shape));
  g->inputs[0] = sg_gradient_sum_to (g, sg_gradient_binary (g, "mul",
          g->outputs[0], sg_gradient_binary (g, "mul", slope, power)),
      sg_gradient_input_shape (g, 0));
}

static const SgOnnxName names[] = { {"Pow", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (pow, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer, .gradient = gradient);
