/* gst-stylegan: grid_sample_grad, the gradient of GridSample: every element of dy is
 * added to the pixels that it was a mix of, by their weights
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/grid_sample.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgGridSampleGradAttrs *a = call->attrs;
  const SgTensorDesc *dy = &call->inputs[0];
  const gint64 *grid = call->inputs[1].shape.dim;

  if (!sg_grid_check (call, &a->sample, error))
    return FALSE;
  if (dy->shape.dim[2] != grid[1] || dy->shape.dim[3] != grid[2])
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "gradient of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT
        " for a grid of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT,
        dy->shape.dim[2], dy->shape.dim[3], grid[1], grid[2]);
  if (a->height < 1 || a->width < 1 || a->height > SG_MAX_ELEMENTS
      || a->width > SG_MAX_ELEMENTS)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "picture of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT, a->height,
        a->width);
  call->outputs[0] = *dy;
  call->outputs[0].shape.dim[2] = a->height;
  call->outputs[0].shape.dim[3] = a->width;
  return sg_spatial_check_output (call, error);
}

static gdouble
flops (const SgCall * call)
{
  const SgGridSampleGradAttrs *a = call->attrs;
  gint taps = sg_grid_n_taps (a->sample.mode);

  return 2.0 * taps * taps *
      (gdouble) sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (grid_sample_grad, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgGridSampleGradAttrs), .infer = infer,
    .flops = flops);
