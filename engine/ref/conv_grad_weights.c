/* gst-stylegan: reference for conv_grad_weights
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv_grad_weights.h"

#include "ref/access.h"
#include "ref/window.h"

/* Sum over a plane of dy times the samples of x that meet @tap. */
static gdouble
correlate (const RefWindow * w, SgPadMode mode, const gint64 tap[3],
    const gdouble * x, const gdouble * dy)
{
  gint64 at[3], from[3];
  gdouble sum = 0;

  for (at[0] = 0; at[0] < w->out[0]; at[0]++) {
    for (at[1] = 0; at[1] < w->out[1]; at[1]++) {
      for (at[2] = 0; at[2] < w->out[2]; at[2]++, dy++) {
        for (gint i = 0; i < 3; i++)
          from[i] = sg_pad_index (mode, at[i] * w->stride[i]
              + tap[i] * w->dilation[i] - w->pad[i], w->in[i]);
        if (MIN (MIN (from[0], from[1]), from[2]) >= 0)
          sum += *dy * x[(from[0] * w->in[1] + from[1]) * w->in[2] + from[2]];
      }
    }
  }
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
              sum +=
                  correlate (w, a->pad_mode, tap,
                  x + (n * shape->dim[1] + from) * in,
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
