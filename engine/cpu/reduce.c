/* gst-stylegan: means and sums over axes, on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of axes that are neighbours: x is [outer, n, inner] then. */
#include "ops/reduce.h"

#include "cpu/parallel.h"
#include "cpu/simd/norm.h"
#include "cpu/simd/resample.h"

/* Rows added in one go, and how much of them. */
#define MAX_ROWS 16
#define STRIPE 4096

typedef struct
{
  gsize outer, n, inner;
} Axes;

typedef struct
{
  Axes axes;
  const CpuSimd *simd;
  const gfloat *x;
  gfloat *y;
  gboolean mean;
} ReduceRun;

static gboolean
find_axes (const SgCall * call, const gboolean * reduced, Axes * axes)
{
  const SgShape *x = &call->inputs[0].shape;
  gint first = 0, end;

  while (first < x->rank && !reduced[first])
    first++;
  for (end = first; end < x->rank && reduced[end]; end++);
  for (gint i = end; i < x->rank; i++)
    if (reduced[i])
      return FALSE;
  axes->outer = cpu_count (x, 0, first);
  axes->n = cpu_count (x, first, end);
  axes->inner = cpu_count (x, end, x->rank);
  return TRUE;
}

static gboolean
resolve (const SgCall * call, Axes * axes)
{
  gboolean reduced[SG_MAX_RANK];

  return sg_reduce_resolve (call, reduced, NULL)
      && find_axes (call, reduced, axes);
}

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  SgCall data = *call;
  Axes axes;

  data.n_inputs = 1;
  return cpu_is_f32 (&data) && resolve (call, &axes);
}

static gboolean
supports_global (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

/* Whole rows of x, one result of each. */
static void
reduce_rows (gpointer user_data, gsize begin, gsize end)
{
  const ReduceRun *r = user_data;
  gsize n = r->axes.n;

  for (gsize i = begin; i < end; i++) {
    gdouble sum = 0;

    for (gsize at = 0; at < n; at += CPU_MOMENTS_BLOCK) {
      CpuMoments block;

      r->simd->norm->moments (&block, r->x + i * n + at,
          MIN (n - at, CPU_MOMENTS_BLOCK));
      sum += block.mean * block.n;
    }
    r->y[i] = r->mean ? sum / n : sum;
  }
}

/* Rows of x added up, elements @begin to before @end of each. */
static void
reduce_columns (gpointer user_data, gsize plane, gsize begin, gsize end)
{
  const ReduceRun *r = user_data;
  gsize inner = r->axes.inner, n = r->axes.n;
  gfloat *y = r->y + plane * inner;
  gfloat weights[MAX_ROWS];

  for (guint k = 0; k < MAX_ROWS; k++)
    weights[k] = r->mean ? 1.0 / n : 1;
  for (; begin < end; begin += STRIPE) {
    const gfloat *x = r->x + plane * n * inner + begin;
    gsize width = MIN (STRIPE, end - begin);

    for (gsize k = 0; k < n; k += MAX_ROWS) {
      guint n_rows = MIN (MAX_ROWS, n - k);
      const gfloat *rows[MAX_ROWS];

      for (guint j = 0; j < n_rows; j++)
        rows[j] = x + (k + j) * inner;
      r->simd->resample->mix_rows (y + begin, rows, weights, n_rows, width,
          k > 0);
    }
  }
}

static void
run_reduce (CpuDevice * device, const Axes * axes, gboolean mean,
    gfloat * y, const gfloat * x)
{
  ReduceRun r = { *axes, device->simd, x, y, mean };

  if (axes->inner == 1)
    cpu_parallel_for (device, axes->outer, cpu_grain (axes->n), reduce_rows,
        &r);
  else
    cpu_parallel_planes (device, axes->outer, axes->inner, reduce_columns, &r);
}

static void
run_mean (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  Axes axes;

  if (resolve (call, &axes))
    run_reduce (device, &axes, TRUE, outputs[0], inputs[0]);
}

static void
run_sum (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  Axes axes;

  if (resolve (call, &axes))
    run_reduce (device, &axes, FALSE, outputs[0], inputs[0]);
}

static void
run_global (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  Axes axes = { cpu_count (x, 0, 2), cpu_count (x, 2, x->rank), 1 };

  run_reduce (device, &axes, TRUE, outputs[0], inputs[0]);
}

const CpuKernel cpu_kernel_reduce_mean = {
  .op = "reduce_mean",
  .supports = supports,
  .run = run_mean,
};

const CpuKernel cpu_kernel_reduce_sum = {
  .op = "reduce_sum",
  .supports = supports,
  .run = run_sum,
};

const CpuKernel cpu_kernel_global_average_pool = {
  .op = "global_average_pool",
  .supports = supports_global,
  .run = run_global,
};
