/* gst-stylegan: moments on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One look at memory: blocks that fit in L1 give mean and squared deviation,
 * which are merged in double (Chan, Golub, LeVeque: Updating formulae and a
 * pairwise algorithm for computing sample variances, 1979), in the order of the
 * blocks whatever the threads do. */
#include "cpu/parallel.h"
#include "cpu/simd/norm.h"

/* A part is what one task takes of a plane. */
#define PART (CPU_GRAIN)

typedef struct
{
  const CpuSimdNorm *simd;
  const gfloat *x;
  gfloat *y;
  CpuMoments *parts;            /* [planes][n_parts] */
  gsize plane_size, n_parts;
} MomentsRun;

static gsize
count_parts (const SgCall * call)
{
  const SgShape *x = &call->inputs[0].shape;

  return (cpu_count (x, 2, x->rank) + PART - 1) / PART;
}

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = cpu_count (&call->inputs[0].shape, 0, 2)
      * count_parts (call) * sizeof (CpuMoments);
  return NULL;
}

static void
merge (CpuMoments * a, const CpuMoments * b)
{
  double n = a->n + b->n, d = b->mean - a->mean;

  a->m2 += b->m2 + d * d * (a->n * b->n / n);
  a->mean += d * (b->n / n);
  a->n = n;
}

static void
run_parts (gpointer user_data, gsize begin, gsize end)
{
  const MomentsRun *r = user_data;

  for (gsize i = begin; i < end; i++) {
    gsize plane = i / r->n_parts, at = i % r->n_parts * PART;
    gsize stop = MIN (at + PART, r->plane_size);
    const gfloat *x = r->x + plane * r->plane_size;
    CpuMoments *part = &r->parts[i];

    r->simd->moments (part, x + at, MIN (stop - at, CPU_MOMENTS_BLOCK));
    for (at += CPU_MOMENTS_BLOCK; at < stop; at += CPU_MOMENTS_BLOCK) {
      CpuMoments block;

      r->simd->moments (&block, x + at, MIN (stop - at, CPU_MOMENTS_BLOCK));
      merge (part, &block);
    }
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  gsize n_planes = cpu_count (x, 0, 2);
  MomentsRun r = { device->simd->norm, inputs[0], outputs[0], scratch };

  r.plane_size = cpu_count (x, 2, x->rank);
  r.n_parts = count_parts (call);
  cpu_parallel_for (device, n_planes * r.n_parts,
      cpu_grain (MIN (r.plane_size, PART)), run_parts, &r);
  for (gsize plane = 0; plane < n_planes; plane++) {
    CpuMoments all = r.parts[plane * r.n_parts];

    for (gsize i = 1; i < r.n_parts; i++)
      merge (&all, &r.parts[plane * r.n_parts + i]);
    r.y[2 * plane] = all.mean;
    /* MAX (0, NaN) would hide the NaN */
    r.y[2 * plane + 1] = all.m2 < 0 ? 0 : all.m2 / all.n;
  }
}

const CpuKernel cpu_kernel_moments = {
  .op = "moments",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
