/* gst-stylegan: luma on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"
#include "cpu/simd/flow.h"

typedef struct
{
  const CpuSimdFlow *simd;
  const SgLumaAttrs *attrs;
  const gfloat *x;
  gfloat *y;
  gsize channels, height, width, out_height, out_width;
  gfloat weights[6];            /* channel by channel, line by line */
} LumaRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
run_rows (gpointer user_data, gsize begin, gsize end)
{
  const LumaRun *r = user_data;
  gsize factor = (gsize) r->attrs->factor;

  for (gsize i = begin; i < end; i++) {
    gsize image = i / r->out_height, y = i % r->out_height * factor;
    const gfloat *rows[6];

    for (gsize k = 0; k < r->channels * factor; k++)
      rows[k] = r->x + ((image * r->channels + k / factor) * r->height
          + MIN (y + k % factor, r->height - 1)) * r->width;
    r->simd->luma (r->y + i * r->out_width, rows, r->weights,
        r->channels * factor, r->width, r->attrs->factor, r->attrs->offset,
        255.0f / r->attrs->scale);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  static const gfloat parts[3] = { 77, 150, 29 };
  const gint64 *in = call->inputs[0].shape.dim;
  const gint64 *out = call->outputs[0].shape.dim;
  const SgLumaAttrs *a = call->attrs;
  LumaRun r = { device->simd->flow, a, inputs[0], outputs[0], in[1], in[2],
    in[3], out[2], out[3]
  };

  for (gsize k = 0; k < r.channels * a->factor; k++)
    r.weights[k] = in[1] == 1 ? 256 : parts[a->order[k / a->factor]];
  cpu_parallel_for (device, in[0] * out[2], cpu_grain (in[1] * a->factor
          * in[3]), run_rows, &r);
}

const CpuKernel cpu_kernel_luma = {
  .op = "luma",
  .supports = supports,
  .run = run,
};
