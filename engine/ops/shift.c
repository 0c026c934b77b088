/* gst-stylegan: shift (x, offset) -> y, the part of x that begins at offset
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shift.h"

#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgShiftAttrs *a = call->attrs;
  const SgTensorDesc *offset = &call->inputs[1];

  if (call->inputs[0].shape.rank != 4 || offset->dtype != SG_DTYPE_I64
      || offset->shape.rank != 1 || offset->shape.dim[0] != 2)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "takes pictures and an offset of two i64");
  if (a->height < 1 || a->width < 1 || a->height > G_MAXINT32
      || a->width > G_MAXINT32)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%" G_GINT64_FORMAT " x %" G_GINT64_FORMAT " is no size", a->height,
        a->width);
  call->outputs[0] = call->inputs[0];
  call->outputs[0].shape.dim[2] = a->height;
  call->outputs[0].shape.dim[3] = a->width;
  return sg_spatial_check_output (call, error);
}

static void
gradient (SgGradient * g)
{
  const SgShiftAttrs *a = g->node->attrs;
  const SgShape *x = sg_gradient_input_shape (g, 0);
  const SgShiftAttrs attrs = { x->dim[2], x->dim[3], !a->back };

  g->inputs[0] = sg_gradient_node (g, "shift", &attrs, 2, g->outputs[0],
      g->node->inputs[1]);
}

SG_DEFINE_OP (shift, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgShiftAttrs), .infer = infer,
    .flops = sg_spatial_no_flops, .gradient = gradient);
