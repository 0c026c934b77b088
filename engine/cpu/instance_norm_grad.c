/* gst-stylegan: instance_norm_grad on the CPU, plane by plane
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "cpu/parallel.h"
#include "cpu/simd/norm.h"
#include "cpu/simd/train.h"
#include "ops/normalize.h"

typedef struct
{
  const CpuSimd *simd;
  const gfloat *x, *scale, *dy;
  gfloat *dx, *dscale, *dbias;
  gsize plane, channels;
  gdouble epsilon;
} NormRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

/* Blocks of what stays in L1 merged, see moments.c. */
static void
find_moments (const NormRun * r, const gfloat * x, gdouble * mean,
    gdouble * variance)
{
  gdouble n = 0, m2 = 0;

  *mean = 0;
  for (gsize i = 0; i < r->plane; i += CPU_MOMENTS_BLOCK) {
    CpuMoments block;
    gdouble d, sum;

    r->simd->norm->moments (&block, x + i, MIN (r->plane - i,
            CPU_MOMENTS_BLOCK));
    d = block.mean - *mean;
    sum = n + block.n;
    *mean += d * block.n / sum;
    m2 += block.m2 + d * d * n * block.n / sum;
    n = sum;
  }
  *variance = m2 / n;
}

static void
norm_planes (gpointer user_data, gsize begin, gsize end)
{
  const NormRun *r = user_data;

  for (gsize p = begin; p < end; p++) {
    const gfloat *x = r->x + p * r->plane, *dy = r->dy + p * r->plane;
    gdouble mean, variance, inverse, sums[2] = { 0, 0 };

    find_moments (r, x, &mean, &variance);
    inverse = 1 / sqrt (variance + r->epsilon);
    for (gsize i = 0; i < r->plane; i += CPU_MOMENTS_BLOCK)
      r->simd->train->norm_sums (sums, x + i, dy + i, MIN (r->plane - i,
              CPU_MOMENTS_BLOCK), (gfloat) mean);
    r->dbias[p] = (gfloat) sums[0];
    r->dscale[p] = (gfloat) (sums[1] * inverse);
    r->simd->train->norm_grad (r->dx + p * r->plane, x, dy, r->plane,
        (gfloat) mean, (gfloat) (r->scale[p % r->channels] * inverse),
        (gfloat) (sums[0] / r->plane),
        (gfloat) (sums[1] * inverse * inverse / r->plane));
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  NormRun r = { device->simd, inputs[0], inputs[1], inputs[2], outputs[0],
    outputs[1], outputs[2], cpu_count (x, 2, x->rank), x->dim[1],
    ((const SgInstanceNormAttrs *) call->attrs)->epsilon
  };

  cpu_parallel_for (device, cpu_count (x, 0, 2), cpu_grain (r.plane),
      norm_planes, &r);
}

const CpuKernel cpu_kernel_instance_norm_grad = {
  .op = "instance_norm_grad",
  .supports = supports,
  .run = run,
};
