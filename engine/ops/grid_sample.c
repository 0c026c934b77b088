/* gst-stylegan: GridSample, a picture looked at where a grid says
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/grid_sample.h"

#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/spatial.h"

gboolean
sg_grid_check (const SgCall * call, const SgGridSampleAttrs * a,
    GError ** error)
{
  const SgTensorDesc *x = &call->inputs[0], *grid = &call->inputs[1];

  if (!sg_spatial_check_image (call, 1, error))
    return FALSE;
  if (x->shape.rank != 4)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "input of rank %d instead of 4: only pictures can be sampled",
        x->shape.rank);
  if (!sg_dtype_is_float (grid->dtype) || grid->shape.rank != 4
      || grid->shape.dim[0] != x->shape.dim[0] || grid->shape.dim[3] != 2
      || sg_shape_elements (&grid->shape) == 0) {
    g_autofree gchar *s = sg_shape_to_string (&grid->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "grid is %s %s instead of floating point [%" G_GINT64_FORMAT ",H,W,2]",
        sg_dtype_name (grid->dtype), s, x->shape.dim[0]);
  }
  if (a->mode > SG_GRID_CUBIC || a->padding > SG_GRID_REFLECTION)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "mode %d or padding %d is none", a->mode, a->padding);
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const gint64 *grid = call->inputs[1].shape.dim;

  if (!sg_grid_check (call, call->attrs, error))
    return FALSE;
  call->outputs[0] = call->inputs[0];
  call->outputs[0].shape.dim[2] = grid[1];
  call->outputs[0].shape.dim[3] = grid[2];
  return sg_spatial_check_output (call, error);
}

static gdouble
flops (const SgCall * call)
{
  const SgGridSampleAttrs *a = call->attrs;
  gint taps = sg_grid_n_taps (a->mode);

  return 2.0 * taps * taps *
      (gdouble) sg_shape_elements (&call->outputs[0].shape);
}

static void
gradient (SgGradient * g)
{
  const SgGridSampleAttrs *a = g->node->attrs;
  const gint64 *x = sg_gradient_input_shape (g, 0)->dim;
  const SgGridSampleGradAttrs attrs = { *a, x[2], x[3] };

  if (sg_gradient_wants (g, 1)) {
    sg_gradient_fail (g, SG_ERROR_UNSUPPORTED,
        "has no gradient of the grid; make it of what is not trained");
    return;
  }
  g->inputs[0] = sg_gradient_node (g, "grid_sample_grad", &attrs, 2,
      g->outputs[0], g->node->inputs[1]);
}

/* Sets @value to the place of attribute @name in @words. */
static gboolean
parse_word (SgImport * import, const gchar * name, const gchar * fallback,
    const gchar * const *words, gint * value, GError ** error)
{
  const gchar *word = sg_import_string (import, name, fallback);

  for (gint i = 0; words[i]; i++) {
    if (g_str_equal (word, words[i])) {
      *value = i;
      return TRUE;
    }
  }
  return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
      "unknown %s '%s'", name, word);
}

static const gchar *const modes[] = { "nearest", "linear", "cubic", NULL };

static const gchar *const modes_16[] = { "nearest", "bilinear", "bicubic",
  NULL
};

static const gchar *const paddings[] = { "zeros", "border", "reflection",
  NULL
};

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  gboolean old = import->opset < 20;
  SgGridSampleAttrs *a = attrs;
  gint mode = 0, padding = 0;

  if (!parse_word (import, "mode", old ? "bilinear" : "linear",
          old ? modes_16 : modes, &mode, error)
      || !parse_word (import, "padding_mode", "zeros", paddings, &padding,
          error))
    return FALSE;
  a->mode = (SgGridMode) mode;
  a->padding = (SgGridPadding) padding;
  a->align_corners = sg_import_int (import, "align_corners", 0) != 0;
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgGridSampleAttrs *a = attrs;

  sg_export_set_string (export, "mode",
      (export->opset < 20 ? modes_16 : modes)[a->mode]);
  sg_export_set_string (export, "padding_mode", paddings[a->padding]);
  sg_export_set_int (export, "align_corners", a->align_corners);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"GridSample", 16, 0, parse, write},
  {NULL}
};


SG_DEFINE_OP (grid_sample, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .attrs_size = sizeof (SgGridSampleAttrs), .infer = infer,
    .flops = flops, .gradient = gradient);
