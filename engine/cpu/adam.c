/* gst-stylegan: adam on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/adam.h"

#include <math.h>

#include "cpu/parallel.h"
#include "cpu/simd/train.h"

typedef struct
{
  const CpuSimdTrain *simd;
  CpuAdam factors;
  const gfloat *src[4];
  gfloat *dst[3];
} AdamRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
adam_range (gpointer user_data, gsize begin, gsize end)
{
  const AdamRun *r = user_data;
  const gfloat *src[4];
  gfloat *dst[3];

  for (guint i = 0; i < 4; i++)
    src[i] = r->src[i] + begin;
  for (guint i = 0; i < 3; i++)
    dst[i] = r->dst[i] + begin;
  r->simd->adam (dst, src, end - begin, &r->factors);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgAdamAttrs *a = call->attrs;
  const SgShape *shape = &call->inputs[0].shape;
  gdouble step = *(const gfloat *) inputs[SG_ADAM_STEP] + 1.0;
  gdouble rate = *(const gfloat *) inputs[SG_ADAM_RATE];
  AdamRun r = { device->simd->train };

  r.factors = (CpuAdam) {
  a->beta1, (gfloat) (1.0 - a->beta1), a->beta2, (gfloat) (1.0 - a->beta2),
        (gfloat) (rate / (1 - pow (a->beta1, step))),
        (gfloat) (1 / (1 - pow (a->beta2, step))), a->epsilon};
  for (guint i = 0; i < 4; i++)
    r.src[i] = inputs[i];
  for (guint i = 0; i < 3; i++)
    r.dst[i] = outputs[i];
  cpu_parallel_for (device, cpu_count (shape, 0, shape->rank), CPU_GRAIN / 4,
      adam_range, &r);
  *(gfloat *) outputs[3] = (gfloat) step;
}

const CpuKernel cpu_kernel_adam = {
  .op = "adam",
  .supports = supports,
  .run = run,
};
