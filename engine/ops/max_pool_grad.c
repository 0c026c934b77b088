/* gst-stylegan: max_pool_grad (x, dy) -> dx, the gradient of MaxPool: every element
 * of dy is added to the first maximum of its window, in the order of memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/ops.h"
#include "ops/pool.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0], *dy = &call->inputs[1];
  SgTensorDesc y;
  SgCall pool = *call;

  if (!sg_spatial_check_image (call, 3, error))
    return FALSE;
  pool.outputs = &y;
  if (!sg_pool_infer (&pool, error))
    return FALSE;
  if (dy->dtype != x->dtype || !sg_shape_equal (&dy->shape, &y.shape)) {
    g_autofree gchar *want = sg_shape_to_string (&y.shape);
    g_autofree gchar *got = sg_shape_to_string (&dy->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "gradient of shape %s instead of %s", got, want);
  }
  return sg_infer_same (call, error);
}

static gdouble
flops (const SgCall * call)
{
  const SgPoolAttrs *a = call->attrs;
  gdouble taps = 1;

  for (gint i = 0; i < call->inputs[0].shape.rank - 2; i++)
    taps *= a->window.kernel[i];
  return taps * sg_shape_elements (&call->inputs[1].shape);
}

SG_DEFINE_OP (max_pool_grad, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgPoolAttrs), .infer = infer, .flops = flops);
