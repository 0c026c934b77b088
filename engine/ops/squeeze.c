/* gst-stylegan: Squeeze, x without dimensions of 1
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

/* squeeze (x, axes [n], constant, or none: every dimension of 1) -> y */
static gboolean
infer (SgCall * call, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  SgShape *y = &call->outputs[0].shape;
  gint64 axes[SG_MAX_RANK];
  gboolean dropped[SG_MAX_RANK];
  guint n;

  if (sg_call_has_input (call, 1)) {
    if (!sg_call_get_ints (call, 1, axes, SG_MAX_RANK, &n, error)
        || !sg_call_axes (call, axes, n, x->rank, dropped, error))
      return FALSE;
  } else {
    for (gint i = 0; i < x->rank; i++)
      dropped[i] = x->dim[i] == 1;
  }
  y->rank = 0;
  for (gint i = 0; i < x->rank; i++) {
    if (!dropped[i])
      y->dim[y->rank++] = x->dim[i];
    else if (x->dim[i] != 1)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "cannot drop axis %d, which has %" G_GINT64_FORMAT " elements", i,
          x->dim[i]);
  }
  call->outputs[0].dtype = call->inputs[0].dtype;
  return TRUE;
}

static const SgOnnxName names[] = {
  {"Squeeze", 1, 12, sg_parse_axes},
  {"Squeeze", 13, 0, NULL},
  {NULL}
};

SG_DEFINE_OP (squeeze, .onnx = names, .min_inputs = 1, .max_inputs = 2,
    .infer = infer, .is_copy = TRUE, .flops = sg_flops_none,
    .gradient = sg_gradient_reshaped);
