/* gst-stylegan: reference for luma
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ref/access.h"

static const gint weights[3] = { 77, 150, 29 };

/* Subtraction and multiplication are rounded to f32, one after the other: that is
 * what every backend can do alike, so that all round to the same integers. */
static gint
quantise (gfloat x, gfloat offset, gfloat gain)
{
  volatile gfloat difference = x - offset;

  return sg_flow_luma (difference * gain);
}

gboolean
ref_luma (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgLumaAttrs *a = call->attrs;
  const gint64 *in = inputs[0]->desc.shape.dim;
  const gint64 *out = outputs[0]->desc.shape.dim;
  gint total = 256 * a->factor * a->factor;
  gfloat gain = 255.0f / a->scale;
  gint64 i = 0;

  for (gint64 n = 0; n < out[0]; n++)
    for (gint64 y = 0; y < out[2]; y++)
      for (gint64 x = 0; x < out[3]; x++) {
        gint sum = total / 2;

        for (gint64 c = 0; c < in[1]; c++)
          for (gint k = 0; k < a->factor * a->factor; k++) {
            gint64 sy = MIN (y * a->factor + k / a->factor, in[2] - 1);
            gint64 sx = MIN (x * a->factor + k % a->factor, in[3] - 1);

            sum += (in[1] == 1 ? 256 : weights[a->order[c]])
                * quantise ((gfloat) sg_tensor_get (inputs[0],
                    ((n * in[1] + c) * in[2] + sy) * in[3] + sx), a->offset,
                gain);
          }
        ref_store (outputs[0], i++, sum / total);
      }
  return TRUE;
}
