/* gst-stylegan: InstanceNormalization,
 * y = scale * (x - mean) / sqrt (variance + epsilon) + bias per n, c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"
#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  return sg_spatial_check_image (call, 3, error)
      && sg_spatial_check_channels (call, 1, 2, error)
      && sg_infer_same (call, error);
}

/* Mean, variance and the result: 1 + 3 + 2 per element. */
static gdouble
flops (const SgCall * call)
{
  return 6.0 * sg_shape_elements (&call->inputs[0].shape);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgInstanceNormAttrs *a = attrs;

  a->epsilon = sg_import_float (import, "epsilon", 1e-5f);
  return TRUE;
}

static void
gradient (SgGradient * g)
{
  const SgShape *scale = sg_gradient_input_shape (g, 1);
  SgValue *const *grads = sg_gradient_nodes (g, "instance_norm_grad",
      g->node->attrs, (SgValue *[]){
        g->node->inputs[0], g->node->inputs[1], g->outputs[0]
      }, 3, 3);

  if (grads == NULL)
    return;
  g->inputs[0] = grads[0];
  for (guint i = 1; i < 3; i++)
    if (g->wanted[i])
      g->inputs[i] = sg_gradient_sum_to (g, grads[i], scale);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  sg_export_set_float (export, "epsilon",
      ((const SgInstanceNormAttrs *) attrs)->epsilon);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"InstanceNormalization", 6, 0, parse, write},
  {NULL}
};

SG_DEFINE_OP (instance_norm, .onnx = names, .min_inputs = 3, .max_inputs = 3,
    .attrs_size = sizeof (SgInstanceNormAttrs), .infer = infer, .flops = flops,
    .gradient = gradient);
