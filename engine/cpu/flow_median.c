/* gst-stylegan: flow_median on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"
#include "cpu/simd/flow.h"

typedef struct
{
  const CpuSimdFlow *simd;
  const gfloat *flow;
  gfloat *out, *steps;          /* steps: planes with a column left and right */
  gsize height, width;
} MedianRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const gint64 *dim = call->inputs[0].shape.dim;

  *scratch_bytes = 2 * dim[2] * (dim[3] + 2) * sizeof (gfloat);
  return NULL;
}

static void
run_steps (gpointer user_data, gsize begin, gsize end)
{
  const MedianRun *r = user_data;

  for (gsize i = begin; i < end; i++) {
    gfloat *row = r->steps + i * (r->width + 2);

    r->simd->steps (row + 1, r->flow + i * r->width, r->width);
    row[0] = row[1];
    row[r->width + 1] = row[r->width];
  }
}

static void
run_rows (gpointer user_data, gsize begin, gsize end)
{
  const MedianRun *r = user_data;

  for (gsize y = begin; y < end; y++) {
    const gfloat *u[3], *v[3];

    for (gsize k = 0; k < 3; k++) {
      gsize row = CLAMP (y + k, 1, r->height) - 1;

      u[k] = r->steps + row * (r->width + 2);
      v[k] = u[k] + r->height * (r->width + 2);
    }
    r->simd->median (r->out + y * r->width,
        r->out + (r->height + y) * r->width, u, v, r->width);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  MedianRun r = { device->simd->flow, inputs[0], outputs[0], scratch, dim[2],
    dim[3]
  };

  cpu_parallel_for (device, 2 * r.height, cpu_grain (r.width), run_steps, &r);
  cpu_parallel_for (device, r.height, cpu_grain (16 * r.width), run_rows, &r);
}

const CpuKernel cpu_kernel_flow_median = {
  .op = "flow_median",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
