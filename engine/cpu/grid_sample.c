/* gst-stylegan: grid_sample and its gradient on the CPU, linear
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * First where each place of the grid takes what from, then plane by plane: no two
 * tasks write to the same one. */
#include "ops/grid_sample.h"

#include <string.h>

#include "cpu/parallel.h"

#define N_TAPS 4

typedef struct
{
  gint32 at[N_TAPS];            /* in the plane */
  gfloat weight[N_TAPS];
} Place;

typedef struct
{
  SgGridSampleAttrs attrs;
  gsize height, width;          /* of x */
  gsize n_places, n_channels;   /* of the grid; per picture */
  const gfloat *grid;
  Place *places;
  const gfloat *from;
  gfloat *to;
} GridRun;

static gboolean
is_fit (const SgCall * call, SgGridMode mode, const SgShape * x)
{
  return cpu_is_f32 (call) && mode == SG_GRID_LINEAR
      && cpu_count (x, 2, 4) <= G_MAXINT32;
}

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  const SgGridSampleAttrs *a = call->attrs;

  return is_fit (call, a->mode, &call->inputs[0].shape);
}

static gboolean
grad_supports (CpuDevice * device, const SgCall * call)
{
  const SgGridSampleGradAttrs *a = call->attrs;

  return is_fit (call, a->sample.mode, &call->outputs[0].shape);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = cpu_count (&call->inputs[1].shape, 0, 3) * sizeof (Place);
  return NULL;
}

static void
find_places (gpointer user_data, gsize begin, gsize end)
{
  const GridRun *r = user_data;

  for (gsize i = begin; i < end; i++) {
    Place *place = &r->places[i];
    gint64 x[SG_GRID_MAX_TAPS], y[SG_GRID_MAX_TAPS];
    gdouble wx[SG_GRID_MAX_TAPS], wy[SG_GRID_MAX_TAPS];

    sg_grid_taps (&r->attrs, (gint64) r->width, r->grid[2 * i], x, wx);
    sg_grid_taps (&r->attrs, (gint64) r->height, r->grid[2 * i + 1], y, wy);
    for (gint k = 0; k < N_TAPS; k++) {
      place->at[k] = (gint32) (y[k / 2] * (gint64) r->width + x[k % 2]);
      place->weight[k] = (gfloat) (wy[k / 2] * wx[k % 2]);
    }
  }
}

static void
sample_planes (gpointer user_data, gsize begin, gsize end)
{
  const GridRun *r = user_data;

  for (gsize p = begin; p < end; p++) {
    const gfloat *x = r->from + p * r->height * r->width;
    const Place *place = r->places + p / r->n_channels * r->n_places;
    gfloat *y = r->to + p * r->n_places;

    for (gsize i = 0; i < r->n_places; i++, place++)
      y[i] = (place->weight[0] * x[place->at[0]]
          + place->weight[1] * x[place->at[1]])
          + (place->weight[2] * x[place->at[2]]
          + place->weight[3] * x[place->at[3]]);
  }
}

static void
scatter_planes (gpointer user_data, gsize begin, gsize end)
{
  const GridRun *r = user_data;

  for (gsize p = begin; p < end; p++) {
    const gfloat *dy = r->from + p * r->n_places;
    const Place *place = r->places + p / r->n_channels * r->n_places;
    gfloat *dx = r->to + p * r->height * r->width;

    memset (dx, 0, r->height * r->width * sizeof *dx);
    for (gsize i = 0; i < r->n_places; i++, place++)
      for (gint k = 0; k < N_TAPS; k++)
        dx[place->at[k]] += place->weight[k] * dy[i];
  }
}

static void
run_planes (CpuDevice * device, const SgCall * call, GridRun * r,
    const SgShape * x, CpuRangeFunc func)
{
  const SgShape *grid = &call->inputs[1].shape;

  r->height = x->dim[2];
  r->width = x->dim[3];
  r->n_places = cpu_count (grid, 1, 3);
  r->n_channels = x->dim[1];
  cpu_parallel_for (device, cpu_count (grid, 0, 3), cpu_grain (16),
      find_places, r);
  cpu_parallel_for (device, cpu_count (x, 0, 2), cpu_grain (4 * r->n_places),
      func, r);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgGridSampleAttrs *a = call->attrs;
  GridRun r = { .attrs = *a, .grid = inputs[1], .places = scratch,
    .from = inputs[0], .to = outputs[0]
  };

  run_planes (device, call, &r, &call->inputs[0].shape, sample_planes);
}

static void
grad_run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgGridSampleGradAttrs *a = call->attrs;
  GridRun r = { .attrs = a->sample, .grid = inputs[1], .places = scratch,
    .from = inputs[0], .to = outputs[0]
  };

  run_planes (device, call, &r, &call->outputs[0].shape, scatter_planes);
}

const CpuKernel cpu_kernel_grid_sample = {
  .op = "grid_sample",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};

const CpuKernel cpu_kernel_grid_sample_grad = {
  .op = "grid_sample_grad",
  .supports = grad_supports,
  .prepare = prepare,
  .run = grad_run,
};
