/* gst-stylegan: GlobalAveragePool, the mean of each channel
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  SgTensorDesc *y = call->outputs;

  if (!sg_spatial_check_image (call, 3, error))
    return FALSE;
  *y = call->inputs[0];
  for (gint i = 2; i < y->shape.rank; i++)
    y->shape.dim[i] = 1;
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return (gdouble) sg_shape_elements (&call->inputs[0].shape);
}

static const SgOnnxName names[] = { {"GlobalAveragePool", 1, 0, NULL}, {NULL} };

SG_DEFINE_OP (global_average_pool, .onnx = names, .min_inputs = 1,
    .max_inputs = 1, .infer = infer, .flops = flops);
