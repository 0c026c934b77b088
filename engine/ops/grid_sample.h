/* gst-stylegan: GridSample
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include "graph/op.h"

G_BEGIN_DECLS

typedef enum
{ SG_GRID_NEAREST, SG_GRID_LINEAR, SG_GRID_CUBIC } SgGridMode;

typedef enum
{ SG_GRID_ZEROS, SG_GRID_BORDER, SG_GRID_REFLECTION } SgGridPadding;

/* grid_sample (x [N,C,H,W], grid [N,Ho,Wo,2]) -> y [N,C,Ho,Wo]
 * ONNX's GridSample: y[n,c,i,j] is x at column grid[n,i,j,0] and row grid[n,i,j,1],
 * both -1 .. 1 from one end of the picture to the other: from the centre of the
 * first pixel to that of the last with @align_corners, else from border to border.
 * NaN counts as far to the left, or above. */
typedef struct
{
  SgGridMode mode;
  SgGridPadding padding;
  gboolean align_corners;
} SgGridSampleAttrs;

/* grid_sample_grad (dy [N,C,Ho,Wo], grid [N,Ho,Wo,2]) -> dx [N,C,height,width], the
 * gradient of grid_sample with respect to x. */
typedef struct
{
  SgGridSampleAttrs sample;
  gint64 height, width;
} SgGridSampleGradAttrs;

#define SG_GRID_MAX_TAPS 4

static inline gint
sg_grid_n_taps (SgGridMode mode)
{
  return mode == SG_GRID_NEAREST ? 1 : mode == SG_GRID_LINEAR ? 2 : 4;
}

/* Which of @n samples stands at @i; what is outside of zero padding is some sample
 * with weight 0. */
static inline gint64
sg_grid_source (const SgGridSampleAttrs * a, gint64 n, gint64 i,
    gdouble * weight)
{
  gint64 period = a->align_corners ? 2 * (n - 1) : 2 * n;

  if (i >= 0 && i < n)
    return i;
  if (a->padding == SG_GRID_ZEROS)
    *weight = 0;
  if (a->padding != SG_GRID_REFLECTION || period == 0)
    return i < 0 ? 0 : n - 1;
  i = (i % period + period) % period;
  return i < n ? i : a->align_corners ? period - i : period - 1 - i;
}

/* The samples, of @n in a row, that the position @at in the grid is made of. */
static inline void
sg_grid_taps (const SgGridSampleAttrs * a, gint64 n, gdouble at,
    gint64 * index, gdouble * weight)
{
  const gdouble limit = 1e9;    /* beyond every row; integers are exact there */
  gdouble p = a->align_corners ? (at + 1) / 2 * (gdouble) (n - 1)
      : ((at + 1) * (gdouble) n - 1) / 2;
  gint64 first;

  p = !(p > -limit) ? -limit : MIN (p, limit);
  first = (gint64) (a->mode == SG_GRID_NEAREST ? rint (p) : floor (p));
  if (a->mode == SG_GRID_NEAREST) {
    weight[0] = 1;
  } else if (a->mode == SG_GRID_LINEAR) {
    weight[1] = p - (gdouble) first;
    weight[0] = 1 - weight[1];
  } else {
    const gdouble k = -0.75;    /* as ONNX and PyTorch have it */
    gdouble t = p - (gdouble) first, s = 1 - t;

    weight[0] = k * t * s * s;
    weight[1] = ((k + 2) * t - (k + 3)) * t * t + 1;
    weight[2] = ((k + 2) * s - (k + 3)) * s * s + 1;
    weight[3] = k * s * t * t;
    first--;
  }
  for (gint i = 0; i < sg_grid_n_taps (a->mode); i++)
    index[i] = sg_grid_source (a, n, first + i, &weight[i]);
}

/* FALSE with an error unless input 0 is a picture, input 1 a grid for as many, and
 * @attrs are possible. */
gboolean sg_grid_check (const SgCall * call, const SgGridSampleAttrs * attrs,
    GError ** error);

G_END_DECLS
