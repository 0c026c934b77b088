/* gst-stylegan: checks that operators on images share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/spatial.h"

gboolean
sg_spatial_check_inputs (const SgCall * call, GError ** error)
{
  for (guint i = 0; i < call->n_inputs || i < call->op->min_inputs; i++) {
    if (!sg_call_has_input (call, i)) {
      if (i < call->op->min_inputs)
        return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
            "input %u is missing", i);
    } else if (sg_shape_elements (&call->inputs[i].shape) < 0) {
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "input %u has an impossible shape", i);
    }
  }
  return TRUE;
}

gboolean
sg_spatial_check_image (const SgCall * call, gint rank, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0];

  if (!sg_spatial_check_inputs (call, error))
    return FALSE;
  if (!sg_dtype_is_float (x->dtype))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "wants floating point numbers, not %s", sg_dtype_name (x->dtype));
  if (x->shape.rank < rank || sg_shape_elements (&x->shape) == 0) {
    g_autofree gchar *s = sg_shape_to_string (&x->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input of shape %s; it must not be empty and have %d dimensions or "
        "more", s, rank);
  }
  return TRUE;
}

gboolean
sg_spatial_check_channels (const SgCall * call, guint first, guint last,
    GError ** error)
{
  gint64 channels = call->inputs[0].shape.dim[1];

  for (guint i = first; i <= last; i++) {
    const SgTensorDesc *in = &call->inputs[i];

    if (!sg_dtype_is_float (in->dtype))
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "input %u is %s, not floating point", i, sg_dtype_name (in->dtype));
    if (in->shape.rank != 1 || in->shape.dim[0] != channels) {
      g_autofree gchar *s = sg_shape_to_string (&in->shape);

      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "input %u of shape %s does not fit %" G_GINT64_FORMAT " channels",
          i, s, channels);
    }
  }
  return TRUE;
}

gboolean
sg_spatial_check_output (const SgCall * call, GError ** error)
{
  const SgShape *shape = &call->outputs[0].shape;
  gint64 elements = sg_shape_elements (shape);

  if (elements < 1) {
    g_autofree gchar *s = sg_shape_to_string (shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "output of shape %s %s", s, elements == 0 ? "is empty"
        : "is too large");
  }
  return TRUE;
}

void
sg_spatial_describe (const SgActivation * activation, GString * text)
{
  static const gchar *const words[] = {
    [SG_ACTIVATION_NONE] = "",
    [SG_ACTIVATION_RELU] = " +relu",
    [SG_ACTIVATION_LEAKY_RELU] = " +leaky_relu",
    [SG_ACTIVATION_CLIP] = " +clip",
    [SG_ACTIVATION_TANH] = " +tanh",
    [SG_ACTIVATION_SIGMOID] = " +sigmoid",
  };

  g_string_append (text, words[activation->kind]);
}

gdouble
sg_spatial_no_flops (const SgCall * call)
{
  return 0;
}
