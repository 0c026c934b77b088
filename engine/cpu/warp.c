/* gst-stylegan: warp on the CPU: neighbouring blocks that move alike in one run,
 * whose weights are the same for all pixels
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/warp.h"

#include <string.h>

/* Pixels @left to before @right of rows @top to before @bottom. */
typedef struct
{
  gssize left, right, top, bottom;
  gint u, v, tu, tv;            /* whole pixels, and parts of one */
  gfloat *dst;                  /* plane 0 of pixel (left, top) */
  gsize dst_plane;
} Area;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
cubic_weights (gfloat t, gfloat k[4])
{
  k[0] = ((-0.5f * t + 1) * t - 0.5f) * t;
  k[1] = (1.5f * t - 2.5f) * t * t + 1;
  k[2] = ((-1.5f * t + 2) * t + 0.5f) * t;
  k[3] = (0.5f * t - 0.5f) * t * t;
}

static const gfloat *
source_row (const CpuWarp * r, const gfloat * plane, gssize y)
{
  return plane + CLAMP (y, 0, r->height - 1) * r->width;
}

static void
copy_area (const CpuWarp * r, gsize plane, const Area * a, gssize u, gssize v)
{
  const gfloat *x = r->x + plane * r->height * r->width;
  gfloat *dst = a->dst + plane * a->dst_plane - a->left;
  /* columns whose source is inside */
  gssize from = CLAMP (-u, a->left, a->right);
  gssize to = CLAMP (r->width - u, from, a->right);

  for (gssize y = a->top; y < a->bottom; y++) {
    const gfloat *row = source_row (r, x, y + v);
    gfloat *out = dst + (y - a->top) * r->width;

    for (gssize i = a->left; i < from; i++)
      out[i] = row[sg_flow_column (i + u, r->width, r->attrs->wrap)];
    if (to > from)
      memcpy (out + from, row + from + u, (gsize) (to - from) * sizeof *out);
    for (gssize i = to; i < a->right; i++)
      out[i] = row[sg_flow_column (i + u, r->width, r->attrs->wrap)];
  }
}

/* Pixels of which some source is outside. */
static void
warp_border (const CpuWarp * r, gsize plane, const Area * a,
    const CpuWarpRun * run, gssize left, gssize right)
{
  const gfloat *x = r->x + plane * r->height * r->width;
  gfloat *dst = a->dst + plane * a->dst_plane - a->left;

  for (gssize y = a->top; y < a->bottom; y++)
    for (gssize i = left; i < right; i++) {
      gfloat sum = 0;

      for (gint j = 0; j < 4; j++) {
        const gfloat *row = source_row (r, x, y + a->v + j - 1);
        gfloat line = 0;

        for (gint k = 0; k < 4; k++)
          line += run->kx[k]
              * row[sg_flow_column (i + a->u + k - 1, r->width,
                  r->attrs->wrap)];
        sum += run->ky[j] * line;
      }
      dst[(y - a->top) * r->width + i] = sum;
    }
}

/* Of @n_planes planes. */
static void
warp_area (const CpuWarp * r, gsize n_planes, const Area * a)
{
  gint parts = SG_FLOW_FRACTION * r->attrs->unit;
  const gfloat *rows[SG_FLOW_MAX_STEP + 3];
  CpuWarpRun run = { .source = rows, .dst_pitch = (gsize) r->width,
    .n_planes = n_planes, .plane_size = (gsize) (r->height * r->width),
    .dst_plane = a->dst_plane
  };
  gssize from = CLAMP (1 - a->u, a->left, a->right);
  gssize to = CLAMP (r->width - 2 - a->u, from, a->right);

  cubic_weights ((gfloat) a->tu / parts, run.kx);
  cubic_weights ((gfloat) a->tv / parts, run.ky);
  for (gsize c = 0; c < n_planes && (from > a->left || to < a->right); c++) {
    warp_border (r, c, a, &run, a->left, from);
    warp_border (r, c, a, &run, to, a->right);
  }
  if (to <= from)
    return;
  run.dst = a->dst + from - a->left;
  run.n_rows = (gsize) (a->bottom - a->top);
  run.n = (gsize) (to - from);
  for (gsize i = 0; i < run.n_rows + 3; i++)
    rows[i] = source_row (r, r->x, a->top + (gssize) i + a->v - 1)
        + from + a->u - 1;
  r->simd->warp (&run);
}

static void
run_area (const CpuWarp * r, const Area * a)
{
  gint half = SG_FLOW_FRACTION * r->attrs->unit / 2;
  gsize n_cubic = r->channels - r->nearest;

  if (a->tu == 0 && a->tv == 0) {
    for (gsize c = 0; c < n_cubic; c++)
      copy_area (r, c, a, a->u, a->v);
  } else if (n_cubic > 0) {
    warp_area (r, n_cubic, a);
  }
  for (gsize c = n_cubic; c < r->channels; c++)
    copy_area (r, c, a, a->u + (a->tu >= half), a->v + (a->tv >= half));
}

/* Of one row of the grid. */
static void
warp_rows (const CpuWarp * r, gsize by, Area * a, gfloat * dst)
{
  const gfloat *us = r->flow + by * r->grid_width;
  const gfloat *vs = us + r->grid_height * r->grid_width;
  gint step = r->attrs->step, unit = r->attrs->unit;
  gssize bx = 0;

  while (bx < r->grid_width) {
    gint u = sg_flow_vector (us[bx]), v = sg_flow_vector (vs[bx]);

    a->left = bx * step;
    for (bx++; bx < r->grid_width && sg_flow_vector (us[bx]) == u
        && sg_flow_vector (vs[bx]) == v; bx++);
    a->right = MIN (bx * step, r->width);
    a->u = sg_flow_split (u, unit, &a->tu);
    a->v = sg_flow_split (v, unit, &a->tv);
    a->dst = dst + a->left;
    run_area (r, a);
  }
}

CpuWarp
cpu_warp_get_plane (const CpuWarp * warp, gsize c)
{
  CpuWarp plane = *warp;

  plane.x += c * (gsize) (warp->height * warp->width);
  plane.nearest = c + warp->nearest >= warp->channels;
  plane.channels = 1;
  return plane;
}

gboolean
cpu_warp_rests (const CpuWarp * warp, gsize top, gsize bottom)
{
  gsize step = (gsize) warp->attrs->step, width = (gsize) warp->grid_width;
  gsize begin = top / step * width, end = ((bottom - 1) / step + 1) * width;
  const gfloat *us = warp->flow;
  const gfloat *vs = us + (gsize) warp->grid_height * width;
  guint differ = 0;

  for (gsize i = begin; i < end; i++)
    differ |= (us[i] != 0) | (vs[i] != 0);
  return !differ;
}

void
cpu_warp_rows (const CpuWarp * warp, gsize top, gsize bottom, gfloat * dst,
    gsize dst_plane)
{
  gsize step = (gsize) warp->attrs->step;
  Area a = { .dst_plane = dst_plane };

  for (gsize y = top; y < bottom; y = (gsize) a.bottom) {
    a.top = (gssize) y;
    a.bottom = (gssize) MIN ((y / step + 1) * step, bottom);
    warp_rows (warp, y / step, &a, dst + (y - top) * (gsize) warp->width);
  }
}

void
cpu_warp_init (CpuWarp * warp, CpuDevice * device, const SgCall * call,
    const SgWarpAttrs * attrs, gconstpointer const *inputs, guint x, guint flow)
{
  const gint64 *dim = call->inputs[x].shape.dim;
  const gint64 *grid = call->inputs[flow].shape.dim;

  *warp = (CpuWarp) {
  device->simd->flow, attrs, inputs[x], inputs[flow], dim[1],
        (gsize) attrs->nearest, dim[2], dim[3], grid[2], grid[3]};
}

typedef struct
{
  CpuWarp warp;
  gfloat *y;
} WarpRun;

static void
run_rows (gpointer user_data, gsize begin, gsize end)
{
  const WarpRun *r = user_data;
  gsize step = (gsize) r->warp.attrs->step;
  gsize height = (gsize) r->warp.height, width = (gsize) r->warp.width;

  cpu_warp_rows (&r->warp, begin * step, MIN (end * step, height),
      r->y + begin * step * width, height * width);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgWarpAttrs *a = call->attrs;
  WarpRun r = { .y = outputs[0] };

  cpu_warp_init (&r.warp, device, call, a, inputs, 0, 1);
  cpu_parallel_for (device, r.warp.grid_height, cpu_grain (4 * r.warp.channels
          * a->step * r.warp.width), run_rows, &r);
}

const CpuKernel cpu_kernel_warp = {
  .op = "warp",
  .supports = supports,
  .run = run,
};
