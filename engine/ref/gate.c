/* gst-stylegan: reference for gate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gate.h"
#include "ref/access.h"

gboolean
ref_gate (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgGateAttrs *a = call->attrs;

  for (gint64 i = 0; i < sg_tensor_elements (outputs[0]); i++) {
    gdouble x = sg_tensor_get (inputs[0], i);

    ref_store (outputs[0], i, sg_tensor_get (inputs[1], i)
        * (x < a->low ? a->below : x > a->high ? a->above : a->inside));
  }
  return TRUE;
}
