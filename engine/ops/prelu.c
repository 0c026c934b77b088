/* gst-stylegan: PRelu, y = x < 0 ? slope * x : x, slope broadcast to x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
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

static const SgOnnxName names[] = { {"PRelu", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (prelu, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer);
