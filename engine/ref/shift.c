/* gst-stylegan: reference for shift
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shift.h"
#include "ref/access.h"

gboolean
ref_shift (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgShiftAttrs *a = call->attrs;
  const gint64 *x = inputs[0]->desc.shape.dim;

  for (gint64 i = 0; i < sg_tensor_elements (outputs[0]); i++) {
    gint64 plane = i / (a->height * a->width);
    gint64 at[2] = { i / a->width % a->height, i % a->width };
    gboolean inside = TRUE;

    for (gint k = 0; k < 2; k++) {
      gint64 offset = CLAMP (sg_tensor_get_i64 (inputs[1], k), -G_MAXINT32,
          G_MAXINT32);

      at[k] += a->back ? -offset : offset;
      inside &= at[k] >= 0 && at[k] < x[2 + k];
    }
    ref_store (outputs[0], i, inside ? sg_tensor_get (inputs[0],
            (plane * x[2] + at[0]) * x[3] + at[1]) : 0);
  }
  return TRUE;
}
