/* gst-stylegan: instance_norm_grad (x, scale [C], dy as x)
 *   -> dx, dscale [N,C], dbias [N,C]
 * The gradients of InstanceNormalization; the sums over the images remain to be
 * done. With x' = (x - mean) / sqrt (variance + epsilon), per image and channel:
 *   dbias = sum dy
 *   dscale = sum dy x'
 *   dx = scale / sqrt (variance + epsilon) * (dy - mean dy - x' mean (dy x'))
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0], *dy = &call->inputs[2];

  if (!sg_spatial_check_image (call, 3, error)
      || !sg_spatial_check_channels (call, 1, 1, error))
    return FALSE;
  if (dy->dtype != x->dtype || call->inputs[1].dtype != x->dtype
      || !sg_shape_equal (&dy->shape, &x->shape))
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input, scale and gradient are not alike");
  call->outputs[0] = *x;
  for (guint i = 1; i < call->n_outputs; i++) {
    call->outputs[i].dtype = x->dtype;
    call->outputs[i].shape = SG_SHAPE (x->shape.dim[0], x->shape.dim[1]);
  }
  return TRUE;
}

/* Mean and variance, two sums, the result. */
static gdouble
flops (const SgCall * call)
{
  return 13.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (instance_norm_grad, .min_inputs = 3, .max_inputs = 3,
    .min_outputs = 3, .max_outputs = 3,
    .attrs_size = sizeof (SgInstanceNormAttrs), .infer = infer, .flops = flops);
