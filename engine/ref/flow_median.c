/* gst-stylegan: reference for flow_median
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ref/access.h"

gboolean
ref_flow_median (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  static const guint order[9] = { 4, 0, 1, 2, 3, 5, 6, 7, 8 };
  const gint64 *dim = inputs[0]->desc.shape.dim;
  gint64 n = dim[2] * dim[3];

  for (gint64 i = 0; i < n; i++) {
    gint u[9], v[9], best = G_MAXINT;
    guint chosen = 4;

    for (gint k = 0; k < 9; k++) {
      gint64 x = CLAMP (i % dim[3] + k % 3 - 1, 0, dim[3] - 1);
      gint64 y = CLAMP (i / dim[3] + k / 3 - 1, 0, dim[2] - 1);
      gint64 at = y * dim[3] + x;

      u[k] = sg_flow_vector ((gfloat) sg_tensor_get (inputs[0], at));
      v[k] = sg_flow_vector ((gfloat) sg_tensor_get (inputs[0], n + at));
    }
    for (guint k = 0; k < 9; k++) {
      gint sum = 0;

      for (guint j = 0; j < 9; j++)
        sum += ABS (u[j] - u[order[k]]) + ABS (v[j] - v[order[k]]);
      if (sum < best) {
        best = sum;
        chosen = order[k];
      }
    }
    ref_store (outputs[0], i, (gdouble) u[chosen] / SG_FLOW_FRACTION);
    ref_store (outputs[0], n + i, (gdouble) v[chosen] / SG_FLOW_FRACTION);
  }
  return TRUE;
}
