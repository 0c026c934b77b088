/* gst-stylegan: reference for AveragePool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pool.h"
#include "ref/access.h"
#include "ref/window.h"

/* The mean of the window for output position @at of plane @x. @end: where the
 * padding after the input ends */
static gdouble
average (const RefWindow * w, const gint64 at[3], const gint64 end[3],
    gboolean count_pad, const gdouble * x)
{
  gint64 start[3], first[3], last[3], i[3], count = 1;
  gdouble sum = 0;

  for (gint k = 0; k < 3; k++) {
    start[k] = at[k] * w->stride[k] - w->pad[k];
    ref_range (start[k], w->dilation[k], w->in[k], w->kernel[k], &first[k],
        &last[k]);
    count *= count_pad ? MIN (w->kernel[k],
        (end[k] - start[k] - 1) / w->dilation[k] + 1) : last[k] - first[k];
  }
  for (i[0] = first[0]; i[0] < last[0]; i[0]++) {
    for (i[1] = first[1]; i[1] < last[1]; i[1]++) {
      for (i[2] = first[2]; i[2] < last[2]; i[2]++) {
        gint64 d = start[0] + i[0] * w->dilation[0];
        gint64 h = start[1] + i[1] * w->dilation[1];
        gint64 v = start[2] + i[2] * w->dilation[2];

        sum += x[(d * w->in[1] + h) * w->in[2] + v];
      }
    }
  }
  return sum / count;
}

gboolean
ref_average_pool (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgPoolAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);
  gint64 out[SG_MAX_SPATIAL], end[3] = { 1, 1, 1 }, at[3], next = 0;
  SgWindow window;
  RefWindow w;

  if (x == NULL || !sg_pool_resolve (call, &window, out, error))
    return FALSE;
  ref_window_init (&w, &window, shape->dim + 2, out);
  for (gint i = 0; i < window.n_spatial; i++)
    end[i + 3 - window.n_spatial] = shape->dim[2 + i] + window.pad_end[i];
  for (gint64 p = 0; p < shape->dim[0] * shape->dim[1]; p++)
    for (at[0] = 0; at[0] < w.out[0]; at[0]++)
      for (at[1] = 0; at[1] < w.out[1]; at[1]++)
        for (at[2] = 0; at[2] < w.out[2]; at[2]++)
          ref_store (outputs[0], next++, average (&w, at, end,
                  a->count_include_pad, x + p * ref_volume (w.in)));
  return TRUE;
}
