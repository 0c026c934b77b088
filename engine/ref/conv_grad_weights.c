/* gst-stylegan: reference for conv_grad_weights
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv_grad_weights.h"

#include "ref/access.h"
#include "ref/window.h"

/* Sum over a plane of dy times the samples of x that meet @tap. */
static gdouble
correlate (const RefWindow * w, const gint64 tap[3], const gdouble * x,
    const gdouble * dy)
{
  gint64 start[3], first[3], end[3];
  gdouble sum = 0;

  for (gint i = 0; i < 3; i++) {
    start[i] = tap[i] * w->dilation[i] - w->pad[i];
    ref_range (start[i], w->stride[i], w->in[i], w->out[i], &first[i], &end[i]);
  }
  for (gint64 d = first[0]; d < end[0]; d++)
    for (gint64 h = first[1]; h < end[1]; h++)
      for (gint64 v = first[2]; v < end[2]; v++)
        sum += dy[(d * w->out[1] + h) * w->out[2] + v]
            * x[((start[0] + d * w->stride[0]) * w->in[1] + start[1]
                + h * w->stride[1]) * w->in[2] + start[2] + v * w->stride[2]];
  return sum;
}

/* One plane of weights per pair of channels. */
static void
run (const SgConvGradAttrs * a, const RefWindow * w, const SgShape * shape,
    const SgShape * dw_shape, const gdouble * x, const gdouble * dy,
    SgTensor * dw)
{
  gint64 m_n = dw_shape->dim[0], c_n = dw_shape->dim[1], next = 0, tap[3];
  gint64 in = ref_volume (w->in), out = ref_volume (w->out);

  for (gint64 m = 0; m < m_n; m++) {
    for (gint64 c = 0; c < c_n; c++) {
      gint64 from = m / (m_n / a->group) * c_n + c;

      for (tap[0] = 0; tap[0] < w->kernel[0]; tap[0]++) {
        for (tap[1] = 0; tap[1] < w->kernel[1]; tap[1]++) {
          for (tap[2] = 0; tap[2] < w->kernel[2]; tap[2]++) {
            gdouble sum = 0;

            for (gint64 n = 0; n < shape->dim[0]; n++)
              sum += correlate (w, tap, x + (n * shape->dim[1] + from) * in,
                  dy + (n * m_n + m) * out);
            ref_store (dw, next++, sum);
          }
        }
      }
    }
  }
}

gboolean
ref_conv_grad_weights (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgConvGradAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);
  g_autofree gdouble *dy = x ? ref_load_tensor (call, inputs[1], error) : NULL;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;
  RefWindow w;

  if (dy == NULL || !sg_window_resolve (&a->window, shape->dim + 2,
          shape->rank - 2, NULL, FALSE, &window, out, call, error))
    return FALSE;
  ref_window_init (&w, &window, shape->dim + 2, inputs[1]->desc.shape.dim + 2);
  run (a, &w, shape, &outputs[0]->desc.shape, x, dy, outputs[0]);
  return TRUE;
}
