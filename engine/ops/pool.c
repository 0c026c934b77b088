/* gst-stylegan: what AveragePool and MaxPool share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pool.h"

#include "ops/spatial.h"

gboolean
sg_pool_parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgPoolAttrs *a = attrs;
  gint64 order = sg_import_int (import, "storage_order", 0);

  if (sg_import_find (import, "kernel_shape") == NULL)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "kernel_shape is missing");
  if (order != 0 && order != 1)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "storage_order %" G_GINT64_FORMAT, order);
  a->column_major = order == 1;
  a->ceil_mode = sg_import_int (import, "ceil_mode", 0) != 0;
  a->count_include_pad = sg_import_int (import, "count_include_pad", 0) != 0;
  return sg_window_parse (import, &a->window, error);
}

gboolean
sg_pool_write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgPoolAttrs *a = attrs;

  if (a->ceil_mode)
    sg_export_set_int (export, "ceil_mode", 1);
  return sg_window_write (export, &a->window, error);
}

/* Windows that start inside the input meet a sample there, so that only those
 * that start in the padding before it can miss it. */
static gboolean
meets_input (const SgWindow * w, gint axis, gint64 in, gint64 out)
{
  gint64 step = w->dilation[axis];
  gint64 span = (w->kernel[axis] - 1) * step + 1;

  if (w->pad_begin[axis] >= span || w->pad_end[axis] >= span)
    return FALSE;
  for (gint64 o = 0; o < out; o++) {
    gint64 start = o * w->stride[axis] - w->pad_begin[axis];
    gint64 first;

    if (start >= 0)
      break;
    first = (-start + step - 1) / step;
    if (first >= w->kernel[axis] || start + first * step >= in)
      return FALSE;
  }
  return TRUE;
}

gboolean
sg_pool_resolve (const SgCall * call, SgWindow * window,
    gint64 out[SG_MAX_SPATIAL], GError ** error)
{
  const SgPoolAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape;

  if (!sg_window_resolve (&a->window, x->dim + 2, x->rank - 2, NULL,
          a->ceil_mode, window, out, call, error))
    return FALSE;
  for (gint i = 0; i < window->n_spatial; i++)
    if (!meets_input (window, i, x->dim[2 + i], out[i]))
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "pads of %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
          " leave windows without a sample along spatial axis %d",
          window->pad_begin[i], window->pad_end[i], i);
  return TRUE;
}

gboolean
sg_pool_infer (SgCall * call, GError ** error)
{
  SgTensorDesc y = call->inputs[0];
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  if (!sg_pool_resolve (call, &window, out, error))
    return FALSE;
  for (gint i = 0; i < window.n_spatial; i++)
    y.shape.dim[2 + i] = out[i];
  call->outputs[0] = y;
  return sg_spatial_check_output (call, error);
}

gdouble
sg_pool_flops (const SgCall * call)
{
  const SgPoolAttrs *a = call->attrs;
  gdouble taps = 1;

  for (gint i = 0; i < call->inputs[0].shape.rank - 2; i++)
    taps *= a->window.kernel[i];
  return taps * sg_shape_elements (&call->outputs[0].shape);
}
