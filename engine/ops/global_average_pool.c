/* gst-stylegan: GlobalAveragePool, the mean of each channel
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
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

static void
gradient (SgGradient * g)
{
  const SgShape *x = sg_gradient_input_shape (g, 0);
  SgShape inner = sg_shape_from (x->dim + 2, x->rank - 2);

  g->inputs[0] = sg_gradient_expand (g, sg_gradient_scale (g, g->outputs[0],
          1.0 / (gdouble) sg_shape_elements (&inner)), x);
}

static const SgOnnxName names[] = { {"GlobalAveragePool", 1, 0, NULL}, {NULL} };

SG_DEFINE_OP (global_average_pool, .onnx = names, .min_inputs = 1,
    .max_inputs = 1, .infer = infer, .flops = flops, .gradient = gradient);
