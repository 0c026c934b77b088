/* gst-stylegan: AveragePool, the mean of each window
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/pool.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  return sg_spatial_check_image (call, 3, error)
      && sg_pool_infer (call, error);
}

static const SgOnnxName names[] = {
  {"AveragePool", 1, 0, sg_pool_parse},
  {NULL}
};

SG_DEFINE_OP (average_pool, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgPoolAttrs), .infer = infer, .flops = sg_pool_flops);
