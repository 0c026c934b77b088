/* gst-stylegan: InstanceNormalization,
 * y = scale * (x - mean) / sqrt (variance + epsilon) + bias per n, c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  return sg_spatial_check_image (call, 3, error)
      && sg_spatial_check_channels (call, 1, 2, error)
      && sg_infer_same (call, error);
}

/* Mean, variance and the result: 1 + 3 + 2 per element. */
static gdouble
flops (const SgCall * call)
{
  return 6.0 * sg_shape_elements (&call->inputs[0].shape);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgInstanceNormAttrs *a = attrs;

  a->epsilon = sg_import_float (import, "epsilon", 1e-5f);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"InstanceNormalization", 6, 0, parse},
  {NULL}
};

SG_DEFINE_OP (instance_norm, .onnx = names, .min_inputs = 3, .max_inputs = 3,
    .attrs_size = sizeof (SgInstanceNormAttrs), .infer = infer, .flops = flops);
