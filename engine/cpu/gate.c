/* gst-stylegan: gate on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"
#include "cpu/simd/train.h"

typedef struct
{
  const CpuSimdTrain *simd;
  const SgGateAttrs *attrs;
  const gfloat *x, *dy;
  gfloat *dx;
} GateRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
gate_range (gpointer user_data, gsize begin, gsize end)
{
  const GateRun *r = user_data;

  r->simd->gate (r->dx + begin, r->x + begin, r->dy + begin, end - begin,
      r->attrs);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  GateRun r = { device->simd->train, call->attrs, inputs[0], inputs[1],
    outputs[0]
  };

  cpu_parallel_for (device, cpu_count (x, 0, x->rank), CPU_GRAIN, gate_range,
      &r);
}

const CpuKernel cpu_kernel_gate = {
  .op = "gate",
  .supports = supports,
  .run = run,
  .in_place = TRUE,
};
