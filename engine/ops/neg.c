/* gst-stylegan: Neg, y = -x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  SgDType dtype = call->inputs[0].dtype;

  if (!sg_dtype_is_float (dtype) && dtype != SG_DTYPE_I8
      && dtype != SG_DTYPE_I16 && dtype != SG_DTYPE_I32
      && dtype != SG_DTYPE_I64)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants signed numbers, not %s", sg_dtype_name (dtype));
  return sg_infer_same (call, error);
}

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  *x = 0;
  sg_call_fill_channels (call, scale, -1);
  sg_call_fill_channels (call, shift, 0);
  return TRUE;
}

static void
gradient (SgGradient * g)
{
  g->inputs[0] = sg_gradient_unary (g, "neg", g->outputs[0]);
}

static const SgOnnxName names[] = { {"Neg", 6, 0, NULL}, {NULL} };

SG_DEFINE_OP (neg, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .infer = infer, .as_scale_shift = as_scale_shift, .gradient = gradient);
