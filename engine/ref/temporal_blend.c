/* gst-stylegan: reference for temporal_blend
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "ref/access.h"
#include "ref/move.h"

static void
neighbourhood (const SgTensor * s, gint64 c, gint64 y, gint64 x, gboolean wrap,
    gdouble * mean, gdouble * deviation)
{
  const gint64 *dim = s->desc.shape.dim;
  gdouble values[9];

  *mean = *deviation = 0;
  for (gint k = 0; k < 9; k++) {
    gint64 j = CLAMP (y + k / 3 - 1, 0, dim[2] - 1);
    gint64 i = sg_flow_column (x + k % 3 - 1, dim[3], wrap);

    values[k] = sg_tensor_get (s, (c * dim[2] + j) * dim[3] + i);
    *mean += values[k] / 9;
  }
  for (gint k = 0; k < 9; k++)
    *deviation += (values[k] - *mean) * (values[k] - *mean) / 9;
  *deviation = sqrt (*deviation);
}

/* One value; @weight and @trust of the pixel. */
static gdouble
blend (const SgTemporalBlendAttrs * a, const SgTensor * stylised,
    const SgTensor * warped, gint64 c, gint64 y, gint64 x, gdouble weight,
    gdouble trust)
{
  const gint64 *dim = stylised->desc.shape.dim;
  gint64 at = (c * dim[2] + y) * dim[3] + x;
  gdouble s = sg_tensor_get (stylised, at);
  gdouble h = sg_tensor_get (warped, at);
  gdouble mean, deviation, d;

  if (!(weight > 0))
    return s;
  neighbourhood (stylised, c, y, x, a->wrap, &mean, &deviation);
  d = (a->clip * deviation + a->clip_floor) / MAX (1 - trust, 1.0 / 32);
  /* NaN ends here: else it would stay for ever */
  h = h < mean + d ? h : mean + d;
  h = h > mean - d ? h : mean - d;
  return s + weight * (h - s);
}

gboolean
ref_temporal_blend (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgTemporalBlendAttrs *a = call->attrs;
  const gint64 *dim = inputs[0]->desc.shape.dim;
  gboolean restart = sg_tensor_get (inputs[4], SG_SCENE_RESTART) > 0.5;
  gboolean hold = sg_tensor_get (inputs[4], SG_SCENE_HOLD) > 0.5;
  gdouble strength = sg_tensor_get (inputs[4], SG_SCENE_STRENGTH);
  gint64 n = dim[2] * dim[3];
  g_autoptr (SgTensor) warped = ref_move (&a->move, inputs[1],
      a->move.step > 0 ? inputs[5] : NULL, error);

  if (warped == NULL)
    return FALSE;
  for (gint64 i = 0; i < n; i++) {
    gdouble trust = restart ? 0 : sg_tensor_get (inputs[2], i);
    gdouble length = sg_tensor_get (warped, dim[1] * n + i) + 1;
    gdouble weight;

    length = MIN (length, MIN (a->max_length,
            a->slack / MAX (1 - trust, 1.0 / 32)));
    length = trust > 0.5 ? MAX (length, 1) : 1;
    weight = strength * trust * (1 - 1 / length);
    for (gint64 c = 0; c < dim[1]; c++) {
      gdouble out = blend (a, inputs[0], warped, c, i / dim[3], i % dim[3],
          weight, trust);

      ref_store (outputs[0], c * n + i, out);
      ref_store (outputs[1], c * n + i,
          hold ? sg_tensor_get (inputs[3], c * n + i) : out);
    }
    ref_store (outputs[1], dim[1] * n + i,
        hold ? sg_tensor_get (inputs[3], dim[1] * n + i) : length);
  }
  return TRUE;
}
