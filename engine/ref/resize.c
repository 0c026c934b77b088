/* gst-stylegan: reference for Resize
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/resize.h"

#include <math.h>
#include <string.h>

#include "ref/access.h"

static void
nearest (const SgResizeAttrs * a, const SgResizeAxis * axes,
    const SgTensor * x, SgTensor * y)
{
  const SgShape *shape = &y->desc.shape;
  gsize size = sg_dtype_size (x->desc.dtype);
  guint8 outside[8];

  sg_dtype_store (x->desc.dtype, outside, 0, a->extrapolation_value);
  for (gint64 i = 0; i < sg_tensor_elements (y); i++) {
    gint64 index = i, from = 0, step = 1;
    gboolean inside = TRUE;

    for (gint k = shape->rank - 1; k >= 0; k--) {
      gint64 at = sg_resize_nearest (a, &axes[k], index % shape->dim[k]);

      inside = inside && at >= 0;
      from += at * step;
      step *= axes[k].in;
      index /= shape->dim[k];
    }
    memcpy ((guint8 *) y->data + (gsize) i * size, inside ?
        (const guint8 *) x->data + (gsize) from * size : outside, size);
  }
}

/* Resizes the middle one of the dimensions of @x [@outer, axis, @inner]. */
static gdouble *
interpolate (const SgCall * call, const SgResizeAxis * axis, gint64 outer,
    gint64 inner, const gdouble * x, GError ** error)
{
  const SgResizeAttrs *a = call->attrs;
  g_autofree gdouble *weights =
      ref_new_doubles (call, sg_resize_max_taps (a, axis), error);
  gdouble *y = weights ? ref_new_doubles (call, outer * axis->out * inner,
      error) : NULL;

  for (gint64 i = 0; y && i < axis->out; i++) {
    gint64 first, n = sg_resize_taps (a, axis, i, &first, weights);

    for (gint64 j = 0; j < outer * inner; j++) {
      const gdouble *from = x + j / inner * axis->in * inner + j % inner;
      gdouble sum = n > 0 ? 0 : a->extrapolation_value;

      for (gint64 k = 0; k < n; k++)
        sum += weights[k]
            * from[CLAMP (first + k, 0, axis->in - 1) * inner];
      y[(j / inner * axis->out + i) * inner + j % inner] = sum;
    }
  }
  return y;
}

gboolean
ref_resize (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgResizeAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  SgDType dtype = inputs[0]->desc.dtype;
  g_autofree gdouble *x = NULL;
  SgResizeAxis axes[SG_MAX_RANK];
  gint64 outer = 1;
  SgCall known = *call;

  known.constants = inputs;
  if (!sg_resize_resolve (&known, axes, error))
    return FALSE;
  if (a->mode == SG_RESIZE_NEAREST) {
    nearest (a, axes, inputs[0], outputs[0]);
    return TRUE;
  }
  x = ref_load_tensor (call, inputs[0], error);
  for (gint i = 0; x && i < shape->rank; i++) {
    if (!axes[i].same) {
      gdouble *y = interpolate (call, &axes[i], outer,
          ref_inner (shape, i + 1), x, error);

      g_free (x);
      x = y;
    }
    outer *= axes[i].out;
  }
  for (gint64 i = 0; x && i < sg_tensor_elements (outputs[0]); i++)
    ref_store (outputs[0], i, sg_dtype_is_float (dtype) ? x[i] : rint (x[i]));
  return x != NULL;
}
