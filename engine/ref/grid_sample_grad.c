/* gst-stylegan: reference for grid_sample_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/grid_sample.h"
#include "ref/access.h"

gboolean
ref_grid_sample_grad (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgGridSampleGradAttrs *a = call->attrs;
  const gint64 *dy = inputs[0]->desc.shape.dim;
  gint64 n = sg_tensor_elements (outputs[0]);
  gint n_taps = sg_grid_n_taps (a->sample.mode);
  g_autofree gdouble *dx = ref_new_doubles (call, n, error);

  for (gint64 i = 0; dx && i < n; i++)
    dx[i] = 0;
  for (gint64 i = 0; dx && i < sg_tensor_elements (inputs[0]); i++) {
    gint64 plane = i / (dy[2] * dy[3]);
    gint64 at = plane / dy[1] * dy[2] * dy[3] + i % (dy[2] * dy[3]);
    gint64 row[SG_GRID_MAX_TAPS], column[SG_GRID_MAX_TAPS];
    gdouble wy[SG_GRID_MAX_TAPS], wx[SG_GRID_MAX_TAPS];

    sg_grid_taps (&a->sample, a->width, sg_tensor_get (inputs[1], 2 * at),
        column, wx);
    sg_grid_taps (&a->sample, a->height, sg_tensor_get (inputs[1],
            2 * at + 1), row, wy);
    for (gint j = 0; j < n_taps; j++)
      for (gint k = 0; k < n_taps; k++)
        dx[(plane * a->height + row[j]) * a->width + column[k]] +=
            wy[j] * wx[k] * sg_tensor_get (inputs[0], i);
  }
  for (gint64 i = 0; dx && i < n; i++)
    ref_store (outputs[0], i, dx[i]);
  return dx != NULL;
}
