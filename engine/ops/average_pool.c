/* gst-stylegan: AveragePool, the mean of each window
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv.h"
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/pool.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  return sg_spatial_check_image (call, 3, error)
      && sg_pool_infer (call, error);
}

/* How many samples the window of output @o averages along @axis. */
static gint64
count_samples (const SgPoolAttrs * a, const SgWindow * w, gint axis, gint64 in,
    gint64 o)
{
  gint64 low = a->count_include_pad ? -w->pad_begin[axis] : 0;
  gint64 high = in + (a->count_include_pad ? w->pad_end[axis] : 0), n = 0;

  for (gint64 k = 0; k < w->kernel[axis]; k++) {
    gint64 at = o * w->stride[axis] - w->pad_begin[axis]
        + k * w->dilation[axis];

    n += at >= low && at < high;
  }
  return n;
}

/* 1 / the samples averaged, for every position of one plane of y. */
static SgValue *
inverse_counts (SgGradient * g, const SgWindow * w, const gint64 * out)
{
  const SgPoolAttrs *a = g->node->attrs;
  const SgShape *x = sg_gradient_input_shape (g, 0);
  SgShape shape = sg_shape_from (out, (gsize) w->n_spatial);
  gint64 n = sg_shape_elements (&shape);
  g_autofree gdouble *values = g_new (gdouble, (gsize) n);

  for (gint64 i = 0; i < n; i++) {
    gint64 rest = i, count = 1;

    for (gint axis = w->n_spatial - 1; axis >= 0; axis--) {
      count *= count_samples (a, w, axis, x->dim[2 + axis], rest % out[axis]);
      rest /= out[axis];
    }
    values[i] = 1.0 / (gdouble) count;
  }
  return sg_gradient_floats (g, values, &shape);
}

/* Every sample of y goes back to all that it is the mean of. */
static void
gradient (SgGradient * g)
{
  const SgShape *x = sg_gradient_input_shape (g, 0);
  SgShape ones = *x;
  gint64 out[SG_MAX_SPATIAL], begin[SG_MAX_RANK] = { 0, };
  gint64 end[SG_MAX_RANK] = { 0, };
  SgConvTransposeAttrs attrs = { 0 };
  SgWindow *w = &attrs.window;
  SgValue *dy;

  if (!sg_pool_resolve (g->call, w, out, &g->build.error))
    return;
  ones.dim[0] = attrs.group = x->dim[1];
  ones.dim[1] = 1;
  dy = sg_gradient_binary (g, "mul", g->outputs[0], inverse_counts (g, w, out));
  for (gint i = 0; i < w->n_spatial; i++) {
    gint64 full = (out[i] - 1) * w->stride[i]
        + (w->kernel[i] - 1) * w->dilation[i] + 1;

    ones.dim[2 + i] = w->kernel[i];
    /* padding is cropped behind it, as is what windows reach beyond that */
    begin[2 + i] = -w->pad_begin[i];
    end[2 + i] = x->dim[2 + i] + w->pad_begin[i] - full;
    w->pad_begin[i] = w->pad_end[i] = 0;
  }
  dy = sg_gradient_node (g, "conv_transpose", &attrs, 2, dy,
      sg_gradient_filled (g, 1, &ones));
  g->inputs[0] = sg_gradient_pad (g, dy, begin, end);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  if (((const SgPoolAttrs *) attrs)->count_include_pad)
    sg_export_set_int (export, "count_include_pad", 1);
  return sg_pool_write (export, attrs, error);
}

static const SgOnnxName names[] = {
  {"AveragePool", 1, 0, sg_pool_parse, write},
  {NULL}
};

SG_DEFINE_OP (average_pool, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgPoolAttrs), .infer = infer, .flops = sg_pool_flops,
    .gradient = gradient);
