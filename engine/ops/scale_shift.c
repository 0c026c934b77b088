/* gst-stylegan: scale_shift (x [N,C,..], s [N or 1,2,C], residual as x or none),
 * y = activation (x * s[n,0,c] + s[n,1,c]) + residual; the last third of
 * InstanceNormalization, and BatchNormalization of constants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph.h"
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0], *s = &call->inputs[1];
  const SgTensorDesc *residual = &call->inputs[2];

  if (!sg_spatial_check_image (call, 2, error))
    return FALSE;
  if (!sg_dtype_is_float (s->dtype) || s->shape.rank != 3
      || (s->shape.dim[0] != 1 && s->shape.dim[0] != x->shape.dim[0])
      || s->shape.dim[1] != 2 || s->shape.dim[2] != x->shape.dim[1])
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "scale and shift do not fit the input");
  if (sg_call_has_input (call, 2) && (residual->dtype != x->dtype
          || !sg_shape_equal (&residual->shape, &x->shape)))
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "the residual does not fit the input");
  return sg_infer_same (call, error);
}

static void
describe (const SgNode * node, GString * text)
{
  const SgScaleShiftAttrs *a = node->attrs;

  sg_spatial_describe (&a->activation, text);
  if (node->n_inputs > 2 && node->inputs[2])
    g_string_append (text, " +residual");
}

static gdouble
flops (const SgCall * call)
{
  return (sg_call_has_input (call, 2) ? 3.0 : 2.0)
      * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (scale_shift, .min_inputs = 2, .max_inputs = 3,
    .attrs_size = sizeof (SgScaleShiftAttrs), .infer = infer,
    .describe = describe, .flops = flops);
