/* gst-stylegan: reference for MaxPool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pool.h"
#include "ref/access.h"
#include "ref/window.h"

/* The first maximum of the window for output position @at of plane @x: its
 * position in @best. */
static gdouble
maximum (const RefWindow * w, const gint64 at[3], const gdouble * x,
    gint64 best[3])
{
  gint64 start[3], first[3], last[3], i[3];
  gboolean found = FALSE;
  gdouble max = 0;

  best[0] = best[1] = best[2] = 0;
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
        gdouble value = x[(d * w->in[1] + h) * w->in[2] + v];

        if (found && !(value > max))
          continue;
        found = TRUE;
        max = value;
        best[0] = d;
        best[1] = h;
        best[2] = v;
      }
    }
  }
  return max;
}

/* Into the whole of x, as the second output counts. */
static gint64
flat_index (const RefWindow * w, gboolean column_major, gint64 plane,
    const gint64 at[3])
{
  gint64 start = plane * ref_volume (w->in);

  /* The missing dimensions are of size 1, at position 0. */
  if (column_major)
    return start + (at[2] * w->in[1] + at[1]) * w->in[0] + at[0];
  return start + (at[0] * w->in[1] + at[1]) * w->in[2] + at[2];
}

gboolean
ref_max_pool (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgPoolAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  SgTensor *indices = call->n_outputs > 1 ? outputs[1] : NULL;
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);
  gint64 out[SG_MAX_SPATIAL], at[3], best[3], next = 0;
  SgWindow window;
  RefWindow w;

  if (x == NULL || !sg_pool_resolve (call, &window, out, error))
    return FALSE;
  ref_window_init (&w, &window, shape->dim + 2, out);
  for (gint64 p = 0; p < shape->dim[0] * shape->dim[1]; p++) {
    for (at[0] = 0; at[0] < w.out[0]; at[0]++) {
      for (at[1] = 0; at[1] < w.out[1]; at[1]++) {
        for (at[2] = 0; at[2] < w.out[2]; at[2]++, next++) {
          ref_store (outputs[0], next, maximum (&w, at,
                  x + p * ref_volume (w.in), best));
          if (indices)
            ((gint64 *) indices->data)[next] =
                flat_index (&w, a->column_major, p, best);
        }
      }
    }
  }
  return TRUE;
}
