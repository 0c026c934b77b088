/* gst-stylegan: Pow, z = x ^ y, broadcast; z has the type of x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
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

static const SgOnnxName names[] = { {"Pow", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (pow, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer);
