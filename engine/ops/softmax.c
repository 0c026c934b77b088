/* gst-stylegan: Softmax, y = exp (x) / sum of exp (x) along an axis
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/softmax.h"

#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgSoftmaxAttrs *a = call->attrs;

  return sg_spatial_check_image (call, 1, error)
      && sg_call_axis (call, a->axis, call->inputs[0].shape.rank, error) >= 0
      && sg_infer_same (call, error);
}

/* Maximum, difference, exponential, sum, quotient. */
static gdouble
flops (const SgCall * call)
{
  return 5.0 * sg_shape_elements (&call->inputs[0].shape);
}

static gboolean
parse_13 (SgImport * import, gpointer attrs, GError ** error)
{
  SgSoftmaxAttrs *a = attrs;

  a->axis = sg_import_int (import, "axis", -1);
  return TRUE;
}

static gboolean
parse_1 (SgImport * import, gpointer attrs, GError ** error)
{
  SgSoftmaxAttrs *a = attrs;

  a->axis = sg_import_int (import, "axis", 1);
  a->flatten = TRUE;
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgSoftmaxAttrs *a = attrs;

  if (a->flatten && a->axis != -1 && a->axis != export->ranks[0] - 1)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "sums over several axes, as opsets before 13 do; flatten its input "
        "first");
  sg_export_set_int (export, "axis", a->axis);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"Softmax", 1, 12, parse_1},
  {"Softmax", 13, 0, parse_13, write},
  {NULL}
};

SG_DEFINE_OP (softmax, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgSoftmaxAttrs), .infer = infer, .flops = flops);
