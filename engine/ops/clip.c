/* gst-stylegan: Clip, y = min (max (x, low), high)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/activation.h"
#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

/* clip (x, min scalar or none, max scalar or none) -> y. The limits have the
 * type of x, or f32 where x is another floating point type: this is what the
 * attributes of opsets 6 to 10 become. */
static gboolean
infer (SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0];

  for (guint i = 1; i < call->n_inputs; i++) {
    const SgTensorDesc *limit = &call->inputs[i];

    if (!sg_call_has_input (call, i))
      continue;
    if (limit->dtype != x->dtype && !(limit->dtype == SG_DTYPE_F32
            && sg_dtype_is_float (x->dtype)))
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "clips %s to %s", sg_dtype_name (x->dtype),
          sg_dtype_name (limit->dtype));
    if (sg_shape_elements (&limit->shape) != 1)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "%s is not a scalar", i == 1 ? "min" : "max");
  }
  return sg_infer_same_numeric (call, error);
}

/* A limit that is not given does not limit. FALSE when it is computed. */
static gboolean
constant_limit (const SgCall * call, guint index, gfloat * value)
{
  const SgTensor *limit = sg_call_get_constant (call, index);

  if (!sg_call_has_input (call, index))
    return TRUE;
  if (limit)
    *value = (gfloat) sg_tensor_get (limit, 0);
  return limit != NULL;
}

static gboolean
as_activation (const SgCall * call, SgActivation * activation)
{
  activation->kind = SG_ACTIVATION_CLIP;
  activation->alpha = -INFINITY;
  activation->beta = INFINITY;
  return constant_limit (call, 1, &activation->alpha)
      && constant_limit (call, 2, &activation->beta);
}

static void
limit_to_input (SgImport * import, const gchar * name, guint index)
{
  if (sg_import_find (import, name))
    sg_import_set_input (import, index,
        sg_tensor_new_f32_scalar (sg_import_float (import, name, 0)));
}

static gboolean
parse_6 (SgImport * import, gpointer attrs, GError ** error)
{
  limit_to_input (import, "min", 1);
  limit_to_input (import, "max", 2);
  return TRUE;
}

/* At the limits themselves it passes. */
static void
gradient (SgGradient * g)
{
  gfloat low = -INFINITY, high = INFINITY;

  if (sg_gradient_wants (g, 1) || sg_gradient_wants (g, 2)
      || !constant_limit (g->call, 1, &low)
      || !constant_limit (g->call, 2, &high))
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED,
        "has a gradient only where the limits are constants");
  else if (low > high)
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED,
        "has no gradient where the lower limit is above the upper one");
  else
    sg_gradient_gate (g, g->node->inputs[0], low, high, 0, 1, 0);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  return sg_export_match_dtype (export, 1, error)
      && sg_export_match_dtype (export, 2, error);
}

static const SgOnnxName names[] = {
  {"Clip", 6, 10, parse_6},
  {"Clip", 11, 0, NULL, write},
  {NULL}
};

SG_DEFINE_OP (clip, .onnx = names, .min_inputs = 1, .max_inputs = 3,
    .infer = infer, .as_activation = as_activation, .gradient = gradient);
