/* gst-stylegan: reference for instance_norm_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/normalize.h"
#include "ref/access.h"

/* @x and @dy: one plane of @n; dx replaces dy. */
static void
plane (gint64 n, const gdouble * x, gdouble * dy, gdouble epsilon,
    gdouble scale, gdouble * dscale, gdouble * dbias)
{
  gdouble mean = 0, variance = 0, inverse;

  for (gint64 i = 0; i < n; i++)
    mean += x[i] / (gdouble) n;
  for (gint64 i = 0; i < n; i++)
    variance += (x[i] - mean) * (x[i] - mean) / (gdouble) n;
  inverse = 1 / sqrt (variance + epsilon);
  *dscale = *dbias = 0;
  for (gint64 i = 0; i < n; i++) {
    *dbias += dy[i];
    *dscale += dy[i] * (x[i] - mean) * inverse;
  }
  for (gint64 i = 0; i < n; i++)
    dy[i] = scale * inverse * (dy[i] - *dbias / (gdouble) n
        - (x[i] - mean) * inverse * *dscale / (gdouble) n);
}

gboolean
ref_instance_norm_grad (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgInstanceNormAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 n = ref_inner (shape, 2), channels = shape->dim[1];
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);
  g_autofree gdouble *dy = x ? ref_load_tensor (call, inputs[2], error) : NULL;

  if (dy == NULL)
    return FALSE;
  for (gint64 p = 0; p < shape->dim[0] * channels; p++) {
    gdouble dscale, dbias;

    plane (n, x + p * n, dy + p * n, a->epsilon,
        sg_tensor_get (inputs[1], p % channels), &dscale, &dbias);
    ref_store (outputs[1], p, dscale);
    ref_store (outputs[2], p, dbias);
    for (gint64 i = p * n; i < (p + 1) * n; i++)
      ref_store (outputs[0], i, dy[i]);
  }
  return TRUE;
}
