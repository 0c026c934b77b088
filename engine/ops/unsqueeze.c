/* gst-stylegan: Unsqueeze, x with dimensions of 1 put in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

/* unsqueeze (x, axes [n], constant, of y) -> y */
static gboolean
infer (SgCall * call, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  SgShape *y = &call->outputs[0].shape;
  gint64 axes[SG_MAX_RANK];
  gboolean added[SG_MAX_RANK];
  gint rank, from = 0;
  guint n;

  if (!sg_call_get_ints (call, 1, axes, SG_MAX_RANK, &n, error))
    return FALSE;
  rank = x->rank + (gint) n;
  if (rank > SG_MAX_RANK)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "makes a tensor of rank %d, more than %d", rank, SG_MAX_RANK);
  if (!sg_call_axes (call, axes, n, rank, added, error))
    return FALSE;
  y->rank = rank;
  for (gint i = 0; i < rank; i++)
    y->dim[i] = added[i] ? 1 : x->dim[from++];
  call->outputs[0].dtype = call->inputs[0].dtype;
  return TRUE;
}

static const SgOnnxName names[] = {
  {"Unsqueeze", 1, 12, sg_parse_axes},
  {"Unsqueeze", 13, 0, NULL},
  {NULL}
};

SG_DEFINE_OP (unsqueeze, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer, .is_copy = TRUE, .flops = sg_flops_none,
    .gradient = sg_gradient_reshaped);
