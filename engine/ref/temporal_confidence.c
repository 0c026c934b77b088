/* gst-stylegan: reference for temporal_confidence
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "ref/access.h"
#include "ref/move.h"

static gdouble
mean_square (const SgTensor * now, const SgTensor * before, gint64 y, gint64 x,
    gboolean wrap)
{
  const gint64 *dim = now->desc.shape.dim;
  gdouble sum = 0;

  for (gint64 j = y - 1; j <= y + 1; j++)
    for (gint64 i = x - 1; i <= x + 1; i++) {
      gint64 at = CLAMP (j, 0, dim[2] - 1) * dim[3]
          + sg_flow_column (i, dim[3], wrap);
      gdouble d = sg_tensor_get (now, at) - sg_tensor_get (before, at);

      sum += d * d;
    }
  return sum / 9;
}

/* Does @at plus a vector of @steps stay within half a pixel of 0 .. @n - 1? */
static gboolean
is_inside (gint64 at, gint steps, gint64 n)
{
  gint64 to = at * SG_FLOW_FRACTION + steps;

  return to >= -SG_FLOW_FRACTION / 2
      && to <= (n - 1) * SG_FLOW_FRACTION + SG_FLOW_FRACTION / 2;
}

gboolean
ref_temporal_confidence (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgTemporalConfidenceAttrs *a = call->attrs;
  const SgTensor *flow = call->n_inputs > 3 ? inputs[3] : NULL;
  const gint64 *dim = inputs[0]->desc.shape.dim;
  gdouble noise = sg_tensor_get (inputs[2], SG_SCENE_NOISE);
  g_autoptr (SgTensor) before = ref_move (&a->move, inputs[1],
      a->move.step > 0 ? inputs[3] : NULL, error);

  if (before == NULL)
    return FALSE;
  for (gint64 y = 0; y < dim[2]; y++)
    for (gint64 x = 0; x < dim[3]; x++) {
      gdouble r =
          mean_square (inputs[0], before, y, x, a->wrap) - 2 * noise * noise;
      gdouble c = exp (-a->sharpness * MAX (r, 0) / (255.0 * 255.0));

      if (flow) {
        const gint64 *grid = flow->desc.shape.dim;
        gint64 block = y / a->step * grid[3] + x / a->step;

        if ((!a->wrap
                && !is_inside (x, sg_flow_vector ((gfloat) sg_tensor_get (flow,
                            block)), dim[3]))
            || !is_inside (y, sg_flow_vector ((gfloat) sg_tensor_get (flow,
                        grid[2] * grid[3] + block)), dim[2]))
          c = 0;
      }
      ref_store (outputs[0], y * dim[3] + x, c);
    }
  return TRUE;
}
