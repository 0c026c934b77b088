/* gst-stylegan: motion between two frames of video, and pictures moved along it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Flow is backward: block (x, y) of the frame now came from x + u, y + v of the
 * frame before. A flow tensor is [1,2,h,w], planes u and v in pixels of the working
 * resolution, one vector per block of step x step pixels, all of them multiples of
 * 1/8 px within +-255.875 px: f16 holds them exactly. Blocks at the right and lower
 * border may be cut off: h = ceil (H / step), w = ceil (W / step).
 *
 * Everything up to the vectors is done in integers, so that all backends find the
 * same ones. Inputs that are no integers are taken as sg_flow_luma () and
 * sg_flow_vector () say. */
#pragma once

#include <math.h>

#include "graph/op.h"

G_BEGIN_DECLS

#define SG_FLOW_FRACTION 8      /* steps of a vector per pixel */
#define SG_FLOW_LIMIT 2047      /* largest component, in steps */
#define SG_FLOW_MAX_STEP 64
#define SG_FLOW_MAX_UNIT 64
#define SG_FLOW_MAX_RADIUS 8
#define SG_FLOW_MAX_SMOOTHNESS 255
/* As every size that takes part: coordinates and sums stay exact in 32 bits. */
#define SG_FLOW_MAX_SIZE 16384

/* luma (x [N,C,H,W], C 1 or 3) -> [N,1,ceil(H/factor),ceil(W/factor)]
 * Integers 0..255, computed in integers: each component is first rounded to 8 bit,
 *   q = round (clamp ((x - offset) * (255 / scale), 0, 255))   ties to even
 * then Y = (sum of 77 R + 150 G + 29 B over factor x factor pixels + half) / 256
 * factor^2, rounded down (BT.601's weights; C = 1: q). Pixels past the border are
 * those at the border. NaN counts as 0. */
typedef struct
{
  gfloat scale, offset;         /* x = R'G'B' * scale + offset */
  gint order[3];                /* of each plane: index into R,G,B; C = 3 only */
  gint factor;                  /* 1 or 2 */
} SgLumaAttrs;

/* flow_match (now [1,1,H,W], before [1,1,H,W], coarse [1,2,..] or none)
 *   -> flow [1,2,h,w], cost [1,1,h,w]
 * Block matching of one level of a pyramid, 0..255 luma. A pixel of the level is
 * `unit` pixels of the working resolution (1 the finest); blocks are step x step
 * pixels of the level, compared by the sum of absolute differences over window x
 * window pixels around their centre; both pictures go on with their border pixels.
 *
 * Candidates, in this order: the coarser level's vectors at the block and its 8
 * neighbours (left, right, above, below, upper left, upper right, lower left, lower
 * right; the grid's border repeated), then zero. `coarse` has either as many blocks
 * as this level or half as many, rounded up; without it zero is the only one.
 * Each is rounded to whole pixels of the level; those that lead the centre of the
 * block out of the picture do not count (0, 0 always does). The first with the
 * smallest sum wins; where the choice is all there is (radius 0, no subpixel), all but
 * the first pay an eighth of the sum and smoothness * window^2 / 64, as rounding alone
 * changes the sums.
 *
 * Then all vectors within `radius` pixels of it, row by row, each paying smoothness *
 * window^2 / 64 per pixel in x and in y. If none is better, radius is 0 and
 * subpixel is FALSE, the candidate goes on as it was before rounding.
 *
 * subpixel: per axis from the sums l, m, r one pixel to the left, at it, and to the
 * right, two lines of opposite slope: offset (l - r) / (2 (max (l, r) - m)), rounded
 * down after adding a half step, at most half a pixel; none where m is 0, as nothing is
 * nearer, nor where |l - r| is at most smoothness * window^2 / 32, which noise alone
 * comes to on even surfaces.
 *
 * cost: of the whole-pixel vector, the sum / window^2 in 1/8 of a level of luma,
 * rounded, 0..2040. */
typedef struct
{
  gint step, window;            /* window 8 or 16 */
  gint radius, unit;            /* unit a power of 2 */
  gint smoothness;
  gboolean subpixel;
  gboolean wrap;                /* rows are circles: nothing is out of the picture to the
                                 * left or right, of neighbours as of pixels */
} SgFlowMatchAttrs;

/* flow_median (flow [1,2,h,w]) -> the same
 * Of the 3 x 3 vectors around (border repeated) the one with the smallest sum of
 * absolute component differences to the others; the own one wins ties, then the
 * first in reading order. Astola, Haavisto, Neuvo: Vector median filters, 1990. */

/* warp (x [1,C,H,W], flow [1,2,ceil(H/step),ceil(W/step)]) -> as x
 * y (p) = x (p + flow (p) / unit), all pixels of a block by its vector; past the
 * border the picture goes on with its border pixels. Catmull-Rom, 4 x 4 pixels;
 * where a vector is whole pixels, the pixels themselves. The last `nearest` planes
 * are taken from the nearest pixel instead (a half goes right and down).
 * Keys: Cubic convolution interpolation for digital image processing, 1981. */
typedef struct
{
  gint step, unit;              /* of x's pixels; unit: working pixels per pixel */
  gint nearest;                 /* 0 .. C */
  gboolean wrap;                /* rows are circles */
} SgWarpAttrs;

/* How an operator that can do so (SgOp.move) moves its input 1 along the flow, its last
 * input, before anything else: as warp does. step 0: it does not. Made by fusion. */
static inline const SgWarpAttrs *
sg_flow_get_move (const SgOp * op, gconstpointer attrs)
{
  return (const SgWarpAttrs *) ((const guint8 *) attrs + op->move);
}

/* The pixel of a row of @n that stands for @x. */
static inline gint64
sg_flow_column (gint64 x, gint64 n, gboolean wrap)
{
  if (x >= 0 && x < n)
    return x;
  return wrap ? (x % n + n) % n : x < 0 ? 0 : n - 1;
}

static inline gint
sg_flow_luma (gfloat value)
{
  return !(value > 0) ? 0 : value >= 255 ? 255 : (gint) lrintf (value);
}

static inline gint
sg_flow_vector (gfloat value)
{
  gfloat steps = value * SG_FLOW_FRACTION;

  return steps >= SG_FLOW_LIMIT ? SG_FLOW_LIMIT
      : steps <= -SG_FLOW_LIMIT ? -SG_FLOW_LIMIT
      : steps != steps ? 0 : (gint) lrintf (steps);
}

/* @a / @b rounded down; @b > 0 */
static inline gint
sg_flow_floor_div (gint a, gint b)
{
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/* Where a vector of @steps leads in pixels of @unit: whole pixels, and what is left
 * of 0 .. SG_FLOW_FRACTION * unit - 1 parts of one. */
static inline gint
sg_flow_split (gint steps, gint unit, gint * part)
{
  gint whole = sg_flow_floor_div (steps, SG_FLOW_FRACTION * unit);

  *part = steps - whole * SG_FLOW_FRACTION * unit;
  return whole;
}

/* Rounded to whole pixels of @unit, a half up. */
static inline gint
sg_flow_round (gint steps, gint unit)
{
  return sg_flow_floor_div (2 * steps + SG_FLOW_FRACTION * unit,
      2 * SG_FLOW_FRACTION * unit);
}

/* FALSE with an error unless input @index is float [1,channels,height,width];
 * 0: any. Names it @what. */
gboolean sg_flow_check_input (const SgCall * call, guint index,
    const gchar * what, gint64 channels, gint64 height, gint64 width,
    GError ** error);
/* That input @index is flow for the picture that is input @picture. */
gboolean sg_flow_check_flow (const SgCall * call, guint index, guint picture,
    gint step, GError ** error);
/* Of an operator that can move its input 1: how, and that there is flow for it.
 * Input 1 is as high and wide as input 0, and both have been checked. */
gboolean sg_flow_check_move (const SgCall * call, GError ** error);
/* Its describe (). */
void sg_flow_describe_move (const SgNode * node, GString * text);

G_END_DECLS
