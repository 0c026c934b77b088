/* gst-stylegan: reference for flow_match
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "ref/access.h"

typedef struct
{
  const SgFlowMatchAttrs *attrs;
  SgTensor *const *pictures;    /* now, before */
  gint64 height, width;
  gint64 cx, cy;                /* centre of the block */
} Block;

typedef struct
{
  gint x, y;                    /* whole pixels of the level */
  gint u, v;                    /* the candidate before rounding, in 1/8 px */
  gint sum, rating;
} Match;

static gint
pixel (const Block * b, guint picture, gint64 x, gint64 y)
{
  x = sg_flow_column (x, b->width, b->attrs->wrap);
  y = CLAMP (y, 0, b->height - 1);
  return sg_flow_luma ((gfloat) sg_tensor_get (b->pictures[picture],
          y * b->width + x));
}

static gint
sum_of_differences (const Block * b, gint x, gint y)
{
  gint window = b->attrs->window, sum = 0;

  for (gint64 j = b->cy - window / 2; j < b->cy + window / 2; j++)
    for (gint64 i = b->cx - window / 2; i < b->cx + window / 2; i++)
      sum += ABS (pixel (b, 0, i, j) - pixel (b, 1, i + x, j + y));
  return sum;
}

static gboolean
is_inside (const Block * b, gint x, gint y)
{
  return (b->attrs->wrap || (b->cx + x >= 0 && b->cx + x < b->width))
      && b->cy + y >= 0 && b->cy + y < b->height;
}

static void
try_candidate (const Block * b, gint u, gint v, gboolean is_own, Match * best)
{
  const SgFlowMatchAttrs *a = b->attrs;
  gint x = sg_flow_round (u, a->unit), y = sg_flow_round (v, a->unit);
  gint sum, rating;

  if (!is_inside (b, x, y) && (x != 0 || y != 0))
    return;
  rating = sum = sum_of_differences (b, x, y);
  if (!is_own && a->radius == 0 && !a->subpixel)
    rating += sum / 8 + a->smoothness * a->window * a->window / 64;
  if (rating < best->rating)
    *best = (Match) {
    x, y, u, v, sum, rating};
}

static void
try_candidates (const Block * b, const SgTensor * coarse, gint64 bx,
    gint64 by, gboolean halved, Match * best)
{
  static const gint at[9][2] = { {0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1},
  {-1, -1}, {1, -1}, {-1, 1}, {1, 1}
  };

  best->rating = G_MAXINT;
  for (guint i = 0; coarse && i < 9; i++) {
    const gint64 *dim = coarse->desc.shape.dim;
    gint64 x = sg_flow_column ((halved ? bx / 2 : bx) + at[i][0], dim[3],
        b->attrs->wrap);
    gint64 y = CLAMP ((halved ? by / 2 : by) + at[i][1], 0, dim[2] - 1);

    try_candidate (b,
        sg_flow_vector ((gfloat) sg_tensor_get (coarse, y * dim[3] + x)),
        sg_flow_vector ((gfloat) sg_tensor_get (coarse,
                (dim[2] + y) * dim[3] + x)), i == 0, best);
  }
  try_candidate (b, 0, 0, coarse == NULL, best);
}

static void
search (const Block * b, Match * best)
{
  const SgFlowMatchAttrs *a = b->attrs;
  gint x0 = best->x, y0 = best->y;

  if (a->radius == 0)
    return;
  for (gint y = y0 - a->radius; y <= y0 + a->radius; y++)
    for (gint x = x0 - a->radius; x <= x0 + a->radius; x++) {
      gint sum, rating;

      if (!is_inside (b, x, y))
        continue;
      sum = sum_of_differences (b, x, y);
      rating = sum + a->smoothness * (ABS (x - x0) + ABS (y - y0))
          * a->window * a->window / 64;
      if (rating < best->rating) {
        best->x = x;
        best->y = y;
        best->sum = sum;
        best->rating = rating;
      }
    }
}

/* In 1/8 px of the working resolution, at most half a pixel of the level. */
static gint
offset (const Block * b, gint left, gint middle, gint right)
{
  gint parts = SG_FLOW_FRACTION * b->attrs->unit;
  gint slopes = 2 * (MAX (left, right) - middle);
  gint tilt = left - right;

  if (middle == 0 || slopes <= 0 || ABS (tilt) <= b->attrs->smoothness
      * b->attrs->window * b->attrs->window / 32)
    return 0;
  return CLAMP (sg_flow_floor_div (2 * tilt * parts + slopes, 2 * slopes),
      -parts / 2, parts / 2);
}

static void
refine (const Block * b, const Match * m, gint * u, gint * v)
{
  *u += offset (b, sum_of_differences (b, m->x - 1, m->y), m->sum,
      sum_of_differences (b, m->x + 1, m->y));
  *v += offset (b, sum_of_differences (b, m->x, m->y - 1), m->sum,
      sum_of_differences (b, m->x, m->y + 1));
}

gboolean
ref_flow_match (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgFlowMatchAttrs *a = call->attrs;
  const gint64 *dim = outputs[0]->desc.shape.dim;
  const SgTensor *coarse = call->n_inputs > 2 ? inputs[2] : NULL;
  gboolean halved = coarse && (coarse->desc.shape.dim[2] != dim[2]
      || coarse->desc.shape.dim[3] != dim[3]);
  gint parts = SG_FLOW_FRACTION * a->unit, area = a->window * a->window;
  gint64 n = dim[2] * dim[3];

  for (gint64 i = 0; i < n; i++) {
    gint64 bx = i % dim[3], by = i / dim[3];
    Block b = { a, inputs, inputs[0]->desc.shape.dim[2],
      inputs[0]->desc.shape.dim[3], bx * a->step + a->step / 2,
      by * a->step + a->step / 2
    };
    Match m;
    gint u, v;

    try_candidates (&b, coarse, bx, by, halved, &m);
    search (&b, &m);
    u = m.x * parts;
    v = m.y * parts;
    if (a->subpixel) {
      refine (&b, &m, &u, &v);
    } else if (a->radius == 0) {
      u = m.u;
      v = m.v;
    }
    u = CLAMP (u, -SG_FLOW_LIMIT, SG_FLOW_LIMIT);
    v = CLAMP (v, -SG_FLOW_LIMIT, SG_FLOW_LIMIT);
    ref_store (outputs[0], i, (gdouble) u / SG_FLOW_FRACTION);
    ref_store (outputs[0], n + i, (gdouble) v / SG_FLOW_FRACTION);
    ref_store (outputs[1], i, (m.sum * 8 + area / 2) / area);
  }
  return TRUE;
}
