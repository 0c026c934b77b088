/* gst-stylegan: norm_coefficients (moments [N,C,2], scale [C], bias [C])
 *   -> s [N,2,C], s[n,0] = scale / sqrt (variance + epsilon),
 * s[n,1] = bias - mean * s[n,0]; the second third of InstanceNormalization
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *moments = &call->inputs[0];

  if (!sg_spatial_check_image (call, 3, error)
      || !sg_spatial_check_channels (call, 1, 2, error))
    return FALSE;
  if (moments->shape.rank != 3 || moments->shape.dim[2] != 2)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input 0 holds no moments");
  call->outputs[0].dtype = moments->dtype;
  call->outputs[0].shape =
      SG_SHAPE (moments->shape.dim[0], 2, moments->shape.dim[1]);
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  return 2.5 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (norm_coefficients, .min_inputs = 3, .max_inputs = 3,
    .attrs_size = sizeof (SgNormCoefficientsAttrs), .infer = infer,
    .flops = flops);
