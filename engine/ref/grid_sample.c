/* gst-stylegan: reference for GridSample
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/grid_sample.h"
#include "ref/access.h"

gboolean
ref_grid_sample (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgGridSampleAttrs *a = call->attrs;
  const gint64 *x = inputs[0]->desc.shape.dim;
  const gint64 *y = outputs[0]->desc.shape.dim;
  gint n_taps = sg_grid_n_taps (a->mode);

  for (gint64 i = 0; i < sg_tensor_elements (outputs[0]); i++) {
    gint64 plane = i / (y[2] * y[3]);
    gint64 at = plane / y[1] * y[2] * y[3] + i % (y[2] * y[3]);
    gint64 row[SG_GRID_MAX_TAPS], column[SG_GRID_MAX_TAPS];
    gdouble wy[SG_GRID_MAX_TAPS], wx[SG_GRID_MAX_TAPS], sum = 0;

    sg_grid_taps (a, x[3], sg_tensor_get (inputs[1], 2 * at), column, wx);
    sg_grid_taps (a, x[2], sg_tensor_get (inputs[1], 2 * at + 1), row, wy);
    for (gint j = 0; j < n_taps; j++)
      for (gint k = 0; k < n_taps; k++)
        if (wy[j] * wx[k] != 0)
          sum += wy[j] * wx[k] * sg_tensor_get (inputs[0],
              (plane * x[2] + row[j]) * x[3] + column[k]);
    ref_store (outputs[0], i, sum);
  }
  return TRUE;
}
