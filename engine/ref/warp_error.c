/* gst-stylegan: reference for warp_error
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "ref/access.h"
#include "ref/move.h"

gboolean
ref_warp_error (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgWarpErrorAttrs *a = call->attrs;
  const gint64 *dim = inputs[0]->desc.shape.dim;
  gint64 n = dim[2] * dim[3], trusted = 0;
  gdouble sum = 0;
  g_autoptr (SgTensor) before = ref_move (&a->move, inputs[1],
      a->move.step > 0 ? inputs[3] : NULL, error);

  if (before == NULL)
    return FALSE;
  for (gint64 i = 0; i < n; i++) {
    gint64 y = i / dim[3] * a->factor, x = i % dim[3] * a->factor;
    gdouble d = sg_tensor_get (inputs[0], i) - sg_tensor_get (before, i);

    if (sg_tensor_get (inputs[2], y * inputs[2]->desc.shape.dim[3] + x) > 0.5) {
      sum += d * d;
      trusted++;
    }
  }
  ref_store (outputs[0], 0, trusted ? sum / (gdouble) trusted : 0);
  ref_store (outputs[0], 1, (gdouble) trusted / (gdouble) n);
  return TRUE;
}
