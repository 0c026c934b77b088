/* gst-stylegan: flow_match (now, before, coarse flow) -> flow, cost: block matching
 * of one level of a pyramid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ops/ops.h"

static gboolean
check_attrs (const SgCall * call, GError ** error)
{
  const SgFlowMatchAttrs *a = call->attrs;

  if (a->step < 1 || a->step > SG_FLOW_MAX_STEP
      || (a->window != 8 && a->window != 16) || a->radius < 0
      || a->radius > SG_FLOW_MAX_RADIUS || a->unit < 1
      || a->unit > SG_FLOW_MAX_UNIT || (a->unit & (a->unit - 1)) != 0
      || a->smoothness < 0 || a->smoothness > SG_FLOW_MAX_SMOOTHNESS)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "step %d, window %d, radius %d, unit %d, smoothness %d: one of them is "
        "out of range", a->step, a->window, a->radius, a->unit, a->smoothness);
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgFlowMatchAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  gint64 h, w;

  if (!check_attrs (call, error)
      || !sg_flow_check_input (call, 0, "the picture now", 1, 0, 0, error)
      || !sg_flow_check_input (call, 1, "the picture before", 1, dim[2],
          dim[3], error))
    return FALSE;
  h = (dim[2] + a->step - 1) / a->step;
  w = (dim[3] + a->step - 1) / a->step;
  if (sg_call_has_input (call, 2)) {
    const gint64 *coarse = call->inputs[2].shape.dim;

    if (!sg_flow_check_input (call, 2, "the coarser flow", 2, 0, 0, error))
      return FALSE;
    if ((coarse[2] != h || coarse[3] != w)
        && (coarse[2] != (h + 1) / 2 || coarse[3] != (w + 1) / 2)) {
      g_autofree gchar *s = sg_shape_to_string (&call->inputs[2].shape);

      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "coarser flow of shape %s for %" G_GINT64_FORMAT " x %"
          G_GINT64_FORMAT " blocks; as many or half as many are possible", s,
          h, w);
    }
  }
  call->outputs[0].dtype = call->outputs[1].dtype = call->inputs[0].dtype;
  call->outputs[0].shape = SG_SHAPE (1, 2, h, w);
  call->outputs[1].shape = SG_SHAPE (1, 1, h, w);
  return TRUE;
}

/* The search; of the candidates most are the same. */
static gdouble
flops (const SgCall * call)
{
  const SgFlowMatchAttrs *a = call->attrs;
  gdouble side = 2 * a->radius + 1, sums = side * side;

  sums += (sg_call_has_input (call, 2) ? 3 : 0) + (a->subpixel ? 4 : 0);
  return 2.0 * a->window * a->window * sums
      * sg_shape_elements (&call->outputs[1].shape);
}

SG_DEFINE_OP (flow_match, .min_inputs = 2, .max_inputs = 3, .min_outputs = 2,
    .max_outputs = 2, .attrs_size = sizeof (SgFlowMatchAttrs), .infer = infer,
    .flops = flops);
