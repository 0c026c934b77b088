/* gst-stylegan: Expand, x broadcast to a shape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

/* expand (x, shape i64 [n], constant) -> y: both ways, as ONNX has it: where
 * @shape says 1, x's dimension stays. */
static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0];
  gint64 dims[SG_MAX_RANK];
  SgShape shape;
  guint n;

  if (!sg_call_get_ints (call, 1, dims, SG_MAX_RANK, &n, error))
    return FALSE;
  shape = sg_shape_from (dims, n);
  call->outputs[0].dtype = x->dtype;
  if (sg_shape_elements (&shape) < 0
      || !sg_shape_broadcast (&x->shape, &shape, &call->outputs[0].shape)) {
    g_autofree gchar *from = sg_shape_to_string (&x->shape);
    g_autofree gchar *to = sg_shape_to_string (&shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "shape %s does not broadcast to %s", from, to);
  }
  return TRUE;
}

static void
gradient (SgGradient * g)
{
  g->inputs[0] = sg_gradient_sum_to (g, g->outputs[0],
      sg_gradient_input_shape (g, 0));
}

static const SgOnnxName names[] = { {"Expand", 8, 0, NULL}, {NULL} };

SG_DEFINE_OP (expand, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = infer, .is_copy = TRUE, .flops = sg_flops_none,
    .gradient = gradient);
