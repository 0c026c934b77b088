/* gst-stylegan: reference for compose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/compose.h"
#include "ref/access.h"

static gdouble
unit (gdouble x)
{
  return x > 0 ? MIN (x, 1) : 0;
}

/* From @a at @share 0 to @b at 1, which both come out exact. */
static gdouble
lerp (gdouble a, gdouble b, gdouble share)
{
  return share <= 0 ? a : share >= 1 ? b : a + share * (b - a);
}

gboolean
ref_compose (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const gint64 *dim = inputs[0]->desc.shape.dim;
  const gint64 channels = dim[1], n = dim[2] * dim[3];
  gdouble strength = unit (sg_tensor_get (inputs[2], SG_COMPOSE_STRENGTH));
  gdouble preserve = unit (sg_tensor_get (inputs[2],
          SG_COMPOSE_PRESERVE_COLORS));
  gfloat luma[3];

  sg_compose_get_luma (call->attrs, channels, luma);
  for (gint64 i = 0; i < n; i++) {
    gdouble w = sg_call_has_input (call, 3)
        ? unit (strength * sg_tensor_get (inputs[3], i)) : strength;
    gdouble y = 0;

    for (gint64 c = 0; c < channels; c++)
      y += luma[c] * (sg_tensor_get (inputs[0], c * n + i)
          - sg_tensor_get (inputs[1], c * n + i));
    for (gint64 c = 0; c < channels; c++) {
      gdouble s = sg_tensor_get (inputs[0], c * n + i);
      gdouble f = sg_tensor_get (inputs[1], c * n + i);

      if (channels > 1)
        s = lerp (s, f + y, preserve);
      ref_store (outputs[0], c * n + i, lerp (f, s, w));
    }
  }
  return TRUE;
}
