/* gst-stylegan: moments (x [N,C,..]) -> [N,C,2], mean and biased variance; the
 * first third of InstanceNormalization. Of 16 bit floats they are f32, as a
 * variance of 0..255 images exceeds what f16 can hold.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0];

  if (!sg_spatial_check_image (call, 3, error))
    return FALSE;
  call->outputs[0].dtype =
      x->dtype == SG_DTYPE_F64 ? SG_DTYPE_F64 : SG_DTYPE_F32;
  call->outputs[0].shape = SG_SHAPE (x->shape.dim[0], x->shape.dim[1], 2);
  return sg_spatial_check_output (call, error);
}

static gdouble
flops (const SgCall * call)
{
  return 4.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (moments, .min_inputs = 1, .max_inputs = 1, .infer = infer,
    .flops = flops);
