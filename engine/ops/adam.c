/* gst-stylegan: adam, one step of the optimiser
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/adam.h"

#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgAdamAttrs *a = call->attrs;
  const SgTensorDesc *p = &call->inputs[SG_ADAM_PARAMETERS];

  if (!sg_spatial_check_inputs (call, error))
    return FALSE;
  for (guint i = 0; i < call->n_inputs; i++) {
    const SgTensorDesc *in = &call->inputs[i];
    gboolean fits = i < SG_ADAM_STEP ? sg_shape_equal (&in->shape, &p->shape)
        : sg_shape_elements (&in->shape) == 1;

    if (in->dtype != p->dtype || !fits)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "input %u does not fit the parameters", i);
  }
  if (!(a->beta1 >= 0 && a->beta1 < 1 && a->beta2 >= 0 && a->beta2 < 1
          && a->epsilon > 0))
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "betas of %g and %g, epsilon of %g", a->beta1, a->beta2, a->epsilon);
  for (guint i = 0; i < 3; i++)
    call->outputs[i] = *p;
  call->outputs[3] = call->inputs[SG_ADAM_STEP];
  return sg_infer_same_float (call, error);
}

static gdouble
flops (const SgCall * call)
{
  return 14.0 * sg_shape_elements (&call->inputs[0].shape);
}

SG_DEFINE_OP (adam, .min_inputs = 6, .max_inputs = 6, .min_outputs = 4,
    .max_outputs = 4, .attrs_size = sizeof (SgAdamAttrs), .infer = infer,
    .flops = flops);
