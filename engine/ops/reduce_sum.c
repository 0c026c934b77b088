/* gst-stylegan: ReduceSum, the sum over some axes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/reduce.h"

static const SgOnnxName names[] = {
  {"ReduceSum", 1, 12, sg_reduce_parse_attribute},
  {"ReduceSum", 13, 0, sg_reduce_parse, sg_reduce_write},
  {NULL}
};

SG_DEFINE_OP (reduce_sum, .onnx = names, .min_inputs = 1, .max_inputs = 2,
    .attrs_size = sizeof (SgReduceAttrs), .infer = sg_reduce_infer,
    .flops = sg_reduce_flops, .gradient = sg_reduce_gradient);
