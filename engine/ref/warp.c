/* gst-stylegan: reference for warp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ref/access.h"
#include "ref/move.h"

static gdouble
pixel (const SgTensor * x, gint64 c, gint64 py, gint64 px, gboolean wrap)
{
  const gint64 *dim = x->desc.shape.dim;

  py = CLAMP (py, 0, dim[2] - 1);
  px = sg_flow_column (px, dim[3], wrap);
  return sg_tensor_get (x, (c * dim[2] + py) * dim[3] + px);
}

/* Of the pixels -1, 0, 1, 2 for a point at @t of the way from 0 to 1. */
static void
cubic_weights (gdouble t, gdouble k[4])
{
  k[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  k[1] = (1.5 * t - 2.5) * t * t + 1;
  k[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  k[3] = (0.5 * t - 0.5) * t * t;
}

static gdouble
cubic (const SgTensor * x, gint64 c, gint64 py, gint64 px, gdouble ty,
    gdouble tx, gboolean wrap)
{
  gdouble kx[4], ky[4], sum = 0;

  if (tx == 0 && ty == 0)
    return pixel (x, c, py, px, wrap);
  cubic_weights (tx, kx);
  cubic_weights (ty, ky);
  for (gint j = 0; j < 4; j++)
    for (gint i = 0; i < 4; i++)
      sum += ky[j] * kx[i] * pixel (x, c, py + j - 1, px + i - 1, wrap);
  return sum;
}

static void
warp (const SgWarpAttrs * a, const SgTensor * x, const SgTensor * flow,
    SgTensor * y)
{
  const gint64 *dim = x->desc.shape.dim, *grid = flow->desc.shape.dim;
  gint parts = SG_FLOW_FRACTION * a->unit;

  for (gint64 c = 0; c < dim[1]; c++)
    for (gint64 py = 0; py < dim[2]; py++)
      for (gint64 px = 0; px < dim[3]; px++) {
        gint64 block = py / a->step * grid[3] + px / a->step;
        gint tx, ty, u, v;
        gdouble value;

        u = sg_flow_split (sg_flow_vector ((gfloat) sg_tensor_get (flow,
                    block)), a->unit, &tx);
        v = sg_flow_split (sg_flow_vector ((gfloat) sg_tensor_get (flow,
                    grid[2] * grid[3] + block)), a->unit, &ty);
        if (c >= dim[1] - a->nearest)
          value = pixel (x, c, py + v + (2 * ty >= parts),
              px + u + (2 * tx >= parts), a->wrap);
        else
          value = cubic (x, c, py + v, px + u, (gdouble) ty / parts,
              (gdouble) tx / parts, a->wrap);
        ref_store (y, (c * dim[2] + py) * dim[3] + px, value);
      }
}

gboolean
ref_warp (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  warp (call->attrs, inputs[0], inputs[1], outputs[0]);
  return TRUE;
}

SgTensor *
ref_move (const SgWarpAttrs * move, SgTensor * x, SgTensor * flow,
    GError ** error)
{
  SgTensor *y;

  if (move->step == 0)
    return sg_tensor_ref (x);
  y = sg_tensor_new (x->desc.dtype, &x->desc.shape, error);
  if (y)
    warp (move, x, flow, y);
  return y;
}
