/* gst-stylegan: reference for max_pool_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pool.h"
#include "ref/access.h"
#include "ref/window.h"

/* The first maximum of the window for output position @at of the plane @x. */
static gint64
find_maximum (const RefWindow * w, const gint64 at[3], const gdouble * x)
{
  gint64 start[3], first[3], last[3], i[3], best = -1;

  for (gint k = 0; k < 3; k++) {
    start[k] = at[k] * w->stride[k] - w->pad[k];
    ref_range (start[k], w->dilation[k], w->in[k], w->kernel[k], &first[k],
        &last[k]);
  }
  for (i[0] = first[0]; i[0] < last[0]; i[0]++) {
    for (i[1] = first[1]; i[1] < last[1]; i[1]++) {
      for (i[2] = first[2]; i[2] < last[2]; i[2]++) {
        gint64 d = start[0] + i[0] * w->dilation[0];
        gint64 h = start[1] + i[1] * w->dilation[1];
        gint64 v = start[2] + i[2] * w->dilation[2];
        gint64 here = (d * w->in[1] + h) * w->in[2] + v;

        if (best < 0 || x[here] > x[best])
          best = here;
      }
    }
  }
  return best;
}

gboolean
ref_max_pool_grad (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 n = sg_tensor_elements (inputs[0]), out[SG_MAX_SPATIAL], next = 0;
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);
  g_autofree gdouble *dx = x ? ref_new_doubles (call, n, error) : NULL;
  SgWindow window;
  RefWindow w;
  gint64 at[3];

  if (dx == NULL || !sg_pool_resolve (call, &window, out, error))
    return FALSE;
  ref_window_init (&w, &window, shape->dim + 2, out);
  for (gint64 i = 0; i < n; i++)
    dx[i] = 0;
  for (gint64 base = 0; base < n; base += ref_volume (w.in))
    for (at[0] = 0; at[0] < w.out[0]; at[0]++)
      for (at[1] = 0; at[1] < w.out[1]; at[1]++)
        for (at[2] = 0; at[2] < w.out[2]; at[2]++)
          dx[base + find_maximum (&w, at, x + base)] +=
              sg_tensor_get (inputs[1], next++);
  for (gint64 i = 0; i < n; i++)
    ref_store (outputs[0], i, dx[i]);
  return TRUE;
}
