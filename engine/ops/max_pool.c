/* gst-stylegan: MaxPool, the maximum of each window and where it was
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/pool.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0];

  if (!sg_spatial_check_inputs (call, error))
    return FALSE;
  if (!sg_dtype_is_float (x->dtype) && x->dtype != SG_DTYPE_I8
      && x->dtype != SG_DTYPE_U8)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants floating point or 8 bit numbers, not %s",
        sg_dtype_name (x->dtype));
  if (x->shape.rank < 3 || sg_shape_elements (&x->shape) == 0)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input is empty or has no spatial dimensions");
  if (!sg_pool_infer (call, error))
    return FALSE;
  if (call->n_outputs > 1) {
    call->outputs[1] = call->outputs[0];
    call->outputs[1].dtype = SG_DTYPE_I64;
  }
  return TRUE;
}

static void
gradient (SgGradient * g)
{
  g->inputs[0] = sg_gradient_node (g, "max_pool_grad", g->node->attrs, 2,
      g->node->inputs[0], g->outputs[0]);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  if (((const SgPoolAttrs *) attrs)->column_major)
    sg_export_set_int (export, "storage_order", 1);
  if (export->n_outputs > 1)
    export->output_dtypes[1] = SG_DTYPE_I64;
  return sg_pool_write (export, attrs, error);
}

static const SgOnnxName names[] = {
  {"MaxPool", 1, 0, sg_pool_parse, write},
  {NULL}
};

SG_DEFINE_OP (max_pool, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .max_outputs = 2, .attrs_size = sizeof (SgPoolAttrs), .infer = infer,
    .flops = sg_pool_flops, .gradient = gradient);
