/* gst-stylegan: reference for adam
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/adam.h"

#include <math.h>

#include "ref/access.h"

gboolean
ref_adam (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgAdamAttrs *a = call->attrs;
  gdouble step = sg_tensor_get (inputs[SG_ADAM_STEP], 0) + 1;
  gdouble rate = sg_tensor_get (inputs[SG_ADAM_RATE], 0);
  gdouble m_scale = 1 - pow (a->beta1, step);
  gdouble v_scale = 1 - pow (a->beta2, step);

  for (gint64 i = 0; i < sg_tensor_elements (outputs[0]); i++) {
    gdouble p = sg_tensor_get (inputs[SG_ADAM_PARAMETERS], i);
    gdouble g = sg_tensor_get (inputs[SG_ADAM_GRADIENTS], i);
    gdouble m = sg_tensor_get (inputs[SG_ADAM_M], i);
    gdouble v = sg_tensor_get (inputs[SG_ADAM_V], i);

    m = a->beta1 * m + (1.0 - a->beta1) * g;
    v = a->beta2 * v + (1.0 - a->beta2) * g * g;
    ref_store (outputs[0], i,
        p - rate * (m / m_scale) / (sqrt (v / v_scale) + a->epsilon));
    ref_store (outputs[1], i, m);
    ref_store (outputs[2], i, v);
  }
  ref_store (outputs[3], 0, step);
  return TRUE;
}
