/* gst-stylegan: max_pool_grad on the CPU, of one or two dimensions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/resample.h"
#include "ops/pool.h"

typedef struct
{
  gssize in[2], out[2], kernel[2], stride[2], dilation[2], pad[2];
  const gfloat *x, *dy;
  gfloat *dx;
  const gfloat *x_end;
  const CpuSimdResample *simd;
  gsize width;                  /* of a vector */
} PoolRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  /* places in a plane are counted in 32 bits */
  return cpu_is_f32 (call) && call->inputs[0].shape.rank <= 4
      && cpu_count (&call->inputs[0].shape, 2, call->inputs[0].shape.rank)
      <= G_MAXINT32 && sg_pool_resolve (call, &window, out, NULL);
}

/* Taps @first to before @end of the window that starts at @start are in the input. */
static void
clip_window (const PoolRun * r, gint axis, gssize start, gssize * first,
    gssize * end)
{
  gssize step = r->dilation[axis], n = r->in[axis];

  *first = 0;
  *end = r->kernel[axis];
  if (start >= 0 && start + (r->kernel[axis] - 1) * step < n)
    return;
  *first = start < 0 ? (-start + step - 1) / step : 0;
  *end = start >= n ? 0 : MIN (r->kernel[axis], (n - 1 - start) / step + 1);
}

/* Where the first maximum of the window at row @top, column @left is. */
static gssize
find_maximum (const PoolRun * r, const gfloat * x, gssize top, gssize left)
{
  gssize first[2], end[2], best;

  clip_window (r, 0, top, &first[0], &end[0]);
  clip_window (r, 1, left, &first[1], &end[1]);
  best = (top + first[0] * r->dilation[0]) * r->in[1] + left
      + first[1] * r->dilation[1];
  for (gssize i = first[0]; i < end[0]; i++) {
    gssize row = (top + i * r->dilation[0]) * r->in[1] + left;

    for (gssize k = first[1]; k < end[1]; k++) {
      gssize at = row + k * r->dilation[1];

      best = x[at] > x[best] ? at : best;
    }
  }
  return best;
}

/* Outputs @first to before @end of the row of windows at @top of the plane. */
static void
pool_each (const PoolRun * r, const gfloat * x, gfloat * dx,
    const gfloat * dy, gssize top, gssize first, gssize end)
{
  for (gssize k = first; k < end; k++)
    dx[find_maximum (r, x, top, k * r->stride[1] - r->pad[1])] += dy[k];
}

/* The same, a vector at a time, of windows that lie inside from left to right. */
static void
pool_inside (const PoolRun * r, const gfloat * x, gfloat * dx,
    const gfloat * dy, gssize top, gssize from, gssize to)
{
  gssize pitch = r->in[1] * r->dilation[0], width = (gssize) r->width;
  gssize first, end, reach;
  gint32 index[16];

  clip_window (r, 0, top, &first, &end);
  /* what a vector of windows reads of x, beginning with the first of them */
  reach = (end - first - 1) * pitch + (r->kernel[1] - 1) * r->dilation[1]
      + MAX (MIN (r->stride[1], 2) * width, (width - 1) * r->stride[1] + 1);
  while (from < to) {
    gssize at = (top + first * r->dilation[0]) * r->in[1]
        + from * r->stride[1] - r->pad[1];
    gssize n = MIN (width, to - from);

    if (reach > r->x_end - (x + at))
      break;
    r->simd->max_index (index, x + at, (guint) (end - first), (gsize) pitch,
        (guint) r->kernel[1], (guint) r->stride[1], (guint) r->dilation[1]);
    for (gssize i = 0; i < n; i++)
      dx[at + i * r->stride[1] + index[i]] += dy[from + i];
    from += n;
  }
  pool_each (r, x, dx, dy, top, from, to);
}

static void
pool_planes (gpointer user_data, gsize begin, gsize end)
{
  const PoolRun *r = user_data;
  gsize in = r->in[0] * r->in[1], out = r->out[0] * r->out[1];
  gssize reach = (r->kernel[1] - 1) * r->dilation[1], n = r->out[1];
  /* windows with nothing outside to their left or right */
  gssize from = MIN ((r->pad[1] + r->stride[1] - 1) / r->stride[1], n);
  gssize room = r->in[1] - 1 - reach + r->pad[1];
  gssize to = room < 0 ? from : CLAMP (room / r->stride[1] + 1, from, n);

  for (gsize p = begin; p < end; p++) {
    const gfloat *x = r->x + p * in, *dy = r->dy + p * out;
    gfloat *dx = r->dx + p * in;

    memset (dx, 0, in * sizeof *dx);
    for (gssize i = 0; i < r->out[0]; i++, dy += n) {
      gssize top = i * r->stride[0] - r->pad[0];

      pool_each (r, x, dx, dy, top, 0, from);
      pool_inside (r, x, dx, dy, top, from, to);
      pool_each (r, x, dx, dy, top, to, n);
    }
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  PoolRun r = { .x = inputs[0], .dy = inputs[1], .dx = outputs[0],
    .x_end = (const gfloat *) inputs[0] + cpu_count (x, 0, x->rank),
    .simd = device->simd->resample, .width = device->simd->width
  };
  gint missing = 4 - x->rank;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  if (!sg_pool_resolve (call, &window, out, NULL))
    return;
  for (gint i = 0; i < 2; i++) {
    gint j = i - missing;

    r.in[i] = j < 0 ? 1 : x->dim[2 + j];
    r.out[i] = j < 0 ? 1 : out[j];
    r.kernel[i] = j < 0 ? 1 : window.kernel[j];
    r.stride[i] = j < 0 ? 1 : window.stride[j];
    r.dilation[i] = j < 0 ? 1 : window.dilation[j];
    r.pad[i] = j < 0 ? 0 : window.pad_begin[j];
  }
  cpu_parallel_for (device, cpu_count (x, 0, 2),
      cpu_grain (r.out[0] * r.out[1] * r.kernel[0] * r.kernel[1]),
      pool_planes, &r);
}

const CpuKernel cpu_kernel_max_pool_grad = {
  .op = "max_pool_grad",
  .supports = supports,
  .run = run,
};
