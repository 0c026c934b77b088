/* gst-stylegan: ReduceMean, the mean over some axes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/reduce.h"

static const SgOnnxName names[] = {
  {"ReduceMean", 1, 17, sg_reduce_parse_attribute},
  {"ReduceMean", 18, 0, sg_reduce_parse},
  {NULL}
};

SG_DEFINE_OP (reduce_mean, .onnx = names, .min_inputs = 1, .max_inputs = 2,
    .attrs_size = sizeof (SgReduceAttrs), .infer = sg_reduce_infer,
    .flops = sg_reduce_flops);
