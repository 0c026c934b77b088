/* gst-stylegan: gram (x [N,C,D1..]) -> y [N,C,C], y[n,i,k] = the mean over all
 * positions of x[n,i] x[n,k]
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Gatys, Ecker, Bethge: A neural algorithm of artistic style, 2015. A product of x with
 * itself transposed, which knows that it is symmetric. */
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;

  if (x->rank < 3 || sg_shape_elements (x) < 1)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input is no picture of features");
  if (!sg_infer_same_float (call, error))
    return FALSE;
  call->outputs[0].shape = SG_SHAPE (x->dim[0], x->dim[1], x->dim[1]);
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  const SgShape *x = &call->inputs[0].shape;

  return (gdouble) sg_shape_elements (x) * (gdouble) (x->dim[1] + 1);
}

/* dx = (dy + dy^T) x / positions */
static void
gradient (SgGradient * g)
{
  const SgShape *x = sg_gradient_input_shape (g, 0);
  gint64 positions = sg_shape_elements (x) / (x->dim[0] * x->dim[1]);
  const SgShape rows = SG_SHAPE (x->dim[0], x->dim[1], positions);
  SgValue *dy = g->outputs[0];

  dy = sg_gradient_binary (g, "add", dy, sg_gradient_swap (g, dy, 1, 2));
  dy = sg_gradient_scale (g, dy, 1 / (gdouble) positions);
  g->inputs[0] = sg_gradient_reshape (g, sg_gradient_binary (g, "matmul", dy,
          sg_gradient_reshape (g, g->node->inputs[0], &rows)), x);
}

SG_DEFINE_OP (gram, .min_inputs = 1, .max_inputs = 1, .infer = infer,
    .flops = flops, .gradient = gradient);
