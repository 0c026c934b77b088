/* gst-stylegan: ReduceMean, the mean over some axes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/reduce.h"

static void
gradient (SgGradient * g)
{
  sg_reduce_gradient (g);
  if (sg_gradient_wants (g, 0))
    g->inputs[0] = sg_gradient_scale (g, g->inputs[0],
        (gdouble) sg_shape_elements (&g->call->outputs[0].shape)
        / (gdouble) sg_shape_elements (sg_gradient_input_shape (g, 0)));
}

static const SgOnnxName names[] = {
  {"ReduceMean", 1, 17, sg_reduce_parse_attribute,
      sg_reduce_write_attribute},
  {"ReduceMean", 18, 0, sg_reduce_parse, sg_reduce_write},
  {NULL}
};

SG_DEFINE_OP (reduce_mean, .onnx = names, .min_inputs = 1, .max_inputs = 2,
    .attrs_size = sizeof (SgReduceAttrs), .infer = sg_reduce_infer,
    .flops = sg_reduce_flops, .gradient = gradient);
