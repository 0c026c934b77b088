/* gst-stylegan: checks that the operators on motion and time share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph.h"
#include "ops/temporal.h"

gboolean
sg_flow_check_input (const SgCall * call, guint index, const gchar * what,
    gint64 channels, gint64 height, gint64 width, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[index];
  const gint64 *dim = x->shape.dim;

  if (!sg_call_has_input (call, index))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "%s (input %u) is missing", what, index);
  if (!sg_dtype_is_float (x->dtype))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "%s is %s instead of floating point", what, sg_dtype_name (x->dtype));
  if (x->shape.rank != 4 || dim[0] != 1 || (channels && dim[1] != channels)
      || (height && dim[2] != height) || (width && dim[3] != width)
      || MIN (dim[2], dim[3]) < 1 || dim[1] < 1
      || MAX (dim[2], dim[3]) > SG_FLOW_MAX_SIZE) {
    g_autofree gchar *s = sg_shape_to_string (&x->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%s of shape %s does not fit; wanted: [1,%" G_GINT64_FORMAT ",%"
        G_GINT64_FORMAT ",%" G_GINT64_FORMAT "], 0 for any up to %d",
        what, s, channels, height, width, SG_FLOW_MAX_SIZE);
  }
  return TRUE;
}

gboolean
sg_flow_check_flow (const SgCall * call, guint index, guint picture,
    gint step, GError ** error)
{
  const gint64 *dim = call->inputs[picture].shape.dim;

  if (step < 1 || step > SG_FLOW_MAX_STEP)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "blocks of %d pixels; 1 to %d are possible", step, SG_FLOW_MAX_STEP);
  return sg_flow_check_input (call, index, "flow", 2,
      (dim[2] + step - 1) / step, (dim[3] + step - 1) / step, error);
}

gboolean
sg_flow_check_move (const SgCall * call, GError ** error)
{
  const SgWarpAttrs *move = sg_flow_get_move (call->op, call->attrs);

  if (move->step == 0)
    return TRUE;
  if (!sg_flow_check_flow (call, call->op->max_inputs - 1, 0, move->step,
          error))
    return FALSE;
  if (move->unit < 1 || move->unit > SG_FLOW_MAX_UNIT || move->nearest < 0
      || move->nearest > call->inputs[1].shape.dim[1])
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "unit %d or number of nearest planes %d is out of range", move->unit,
        move->nearest);
  return TRUE;
}

void
sg_flow_describe_move (const SgNode * node, GString * text)
{
  if (sg_flow_get_move (node->op, node->attrs)->step > 0)
    g_string_append (text, " +warp");
}

gboolean
sg_temporal_check_vector (const SgCall * call, guint index,
    const gchar * what, gint64 n, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[index];

  if (!sg_call_has_input (call, index))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "%s (input %u) is missing", what, index);
  if (x->dtype != SG_DTYPE_F32 || x->shape.rank != 1 || x->shape.dim[0] != n) {
    g_autofree gchar *s = sg_shape_to_string (&x->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%s is %s%s; f32[%" G_GINT64_FORMAT "] is wanted", what,
        sg_dtype_name (x->dtype), s, n);
  }
  return TRUE;
}
