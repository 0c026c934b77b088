/* gst-stylegan: Pad, y[i + begin] = x[i], and the rest as the mode says
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad.h"

#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/pad_grad.h"
#include "ops/pad_resolve.h"
#include "ops/spatial.h"

enum
{ IN_X, IN_PADS, IN_VALUE, IN_AXES };

gboolean
sg_pad_resolve (const SgCall * call, gint64 begin[SG_MAX_RANK],
    gint64 end[SG_MAX_RANK], GError ** error)
{
  gint rank = call->inputs[IN_X].shape.rank;
  gint64 pads[2 * SG_MAX_RANK], axes[SG_MAX_RANK];
  gboolean mask[SG_MAX_RANK];
  guint n, n_axes = (guint) rank;

  for (gint i = 0; i < SG_MAX_RANK; i++) {
    axes[i] = i;
    begin[i] = end[i] = 0;
  }
  if (!sg_call_get_ints (call, IN_PADS, pads, G_N_ELEMENTS (pads), &n, error))
    return FALSE;
  if (sg_call_has_input (call, IN_AXES)
      && (!sg_call_get_ints (call, IN_AXES, axes, SG_MAX_RANK, &n_axes, error)
          || !sg_call_axes (call, axes, n_axes, rank, mask, error)))
    return FALSE;
  if (n != 2 * n_axes)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%u pads for %u axes", n, n_axes);
  for (guint i = 0; i < n; i++)
    if (pads[i] < -SG_MAX_ELEMENTS || pads[i] > SG_MAX_ELEMENTS)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "pads by %" G_GINT64_FORMAT, pads[i]);
  for (guint i = 0; i < n_axes; i++) {
    gint axis = sg_call_axis (call, axes[i], rank, error);

    begin[axis] = pads[i];
    end[axis] = pads[n_axes + i];
  }
  return TRUE;
}

static gboolean
check_value (const SgCall * call, GError ** error)
{
  const SgTensorDesc *x = &call->inputs[IN_X];
  const SgTensorDesc *value = &call->inputs[IN_VALUE];

  if (!sg_call_has_input (call, IN_VALUE))
    return TRUE;
  /* f32 for the other floating point types is what the attribute of old
   * versions becomes. */
  if (value->dtype != x->dtype && !(value->dtype == SG_DTYPE_F32
          && sg_dtype_is_float (x->dtype)))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "pads %s with %s", sg_dtype_name (x->dtype),
        sg_dtype_name (value->dtype));
  if (sg_shape_elements (&value->shape) != 1)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "the value to pad with is not a scalar");
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgPadAttrs *a = call->attrs;
  SgTensorDesc *y = call->outputs;
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];

  if (!sg_spatial_check_inputs (call, error) || !check_value (call, error)
      || !sg_pad_resolve (call, begin, end, error))
    return FALSE;
  *y = call->inputs[IN_X];
  for (gint i = 0; i < y->shape.rank; i++) {
    gint64 kept = y->shape.dim[i] + MIN (begin[i], 0) + MIN (end[i], 0);
    gint64 pad = MAX (begin[i], end[i]);

    if (kept < 0)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "crops a dimension of %" G_GINT64_FORMAT " by %" G_GINT64_FORMAT,
          y->shape.dim[i], y->shape.dim[i] - kept);
    if (pad > 0 && a->mode != SG_PAD_CONSTANT
        && (kept == 0 || (a->mode == SG_PAD_REFLECT && pad >= kept)))
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "pads a dimension of %" G_GINT64_FORMAT " by %" G_GINT64_FORMAT
          " of its own samples", kept, pad);
    y->shape.dim[i] += begin[i] + end[i];
  }
  return sg_spatial_check_output (call, error);
}

static const gchar *const modes[] = {
  [SG_PAD_CONSTANT] = "constant",[SG_PAD_REFLECT] = "reflect",
  [SG_PAD_EDGE] = "edge",[SG_PAD_WRAP] = "wrap",
};

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgPadAttrs *a = attrs;
  const gchar *mode = sg_import_string (import, "mode", "constant");

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    if (g_str_equal (mode, modes[i])) {
      a->mode = (SgPadMode) i;
      return TRUE;
    }
  }
  return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
      "unknown mode '%s'", mode);
}

static gboolean
parse_2 (SgImport * import, gpointer attrs, GError ** error)
{
  gfloat value = sg_import_float (import, "value", 0);

  import->keep_inputs = MIN (import->n_inputs, 1);
  sg_import_ints_to_input (import, "pads", IN_PADS);
  if (value != 0)
    sg_import_set_input (import, IN_VALUE, sg_tensor_new_f32_scalar (value));
  return parse (import, attrs, error);
}

static void
gradient (SgGradient * g)
{
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
  SgPadGradAttrs attrs = { 0 };
  SgValue *dy = g->outputs[0];

  if (sg_gradient_wants (g, IN_VALUE)) {
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED,
        "has no gradient of the value that it pads with");
    return;
  }
  if (!sg_pad_resolve (g->call, begin, end, &g->build.error))
    return;
  attrs.mode = ((const SgPadAttrs *) g->node->attrs)->mode;
  if (attrs.mode != SG_PAD_CONSTANT) {
    for (gint i = 0; i < sg_gradient_input_shape (g, 0)->rank; i++) {
      attrs.begin[i] = MAX (begin[i], 0);
      attrs.end[i] = MAX (end[i], 0);
      begin[i] -= attrs.begin[i];
      end[i] -= attrs.end[i];
    }
    dy = sg_gradient_node (g, "pad_grad", &attrs, 1, dy);
  }
  for (gint i = 0; i < SG_MAX_RANK; i++) {
    begin[i] = -begin[i];
    end[i] = -end[i];
  }
  g->inputs[0] = sg_gradient_pad (g, dy, begin, end);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  SgPadMode mode = ((const SgPadAttrs *) attrs)->mode;

  sg_export_set_string (export, "mode", modes[mode]);
  if (mode == SG_PAD_WRAP && !sg_export_needs (export, 19, "mode wrap", error))
    return FALSE;
  if (export->n_inputs > IN_AXES
      && !sg_export_needs (export, 18, "a list of axes", error))
    return FALSE;
  return sg_export_match_dtype (export, IN_VALUE, error);
}

static const SgOnnxName names[] = {
  {"Pad", 2, 10, parse_2},
  {"Pad", 11, 0, parse, write},
  {NULL}
};

SG_DEFINE_OP (pad, .onnx = names, .min_inputs = 2, .max_inputs = 4,
    .attrs_size = sizeof (SgPadAttrs), .infer = infer,
    .flops = sg_spatial_no_flops, .gradient = gradient);
