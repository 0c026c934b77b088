/* gst-stylegan: warp_error on the CPU: sums of rows, added up in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"
#include "cpu/simd/flow.h"

typedef struct
{
  gdouble sum;
  gsize trusted;
} Row;

typedef struct
{
  const CpuSimdFlow *simd;
  const gfloat *now, *before, *confidence;
  gsize width, fine_width;
  gint factor;
  Row *rows;
} ErrorRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = call->inputs[0].shape.dim[2] * sizeof (Row);
  return NULL;
}

static void
run_rows (gpointer user_data, gsize begin, gsize end)
{
  const ErrorRun *r = user_data;

  for (gsize y = begin; y < end; y++) {
    r->rows[y].trusted = 0;
    r->rows[y].sum = r->simd->error (r->now + y * r->width,
        r->before + y * r->width,
        r->confidence + y * r->factor * r->fine_width, r->width, r->factor,
        &r->rows[y].trusted);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  const SgWarpErrorAttrs *a = call->attrs;
  ErrorRun r = { device->simd->flow, inputs[0], inputs[1], inputs[2], dim[3],
    call->inputs[2].shape.dim[3], a->factor, scratch
  };
  gfloat *out = outputs[0];
  gdouble sum = 0;
  gsize trusted = 0;

  cpu_parallel_for (device, dim[2], cpu_grain (2 * dim[3]), run_rows, &r);
  for (gint64 y = 0; y < dim[2]; y++) {
    sum += r.rows[y].sum;
    trusted += r.rows[y].trusted;
  }
  out[0] = trusted ? sum / trusted : 0;
  out[1] = (gdouble) trusted / (dim[2] * dim[3]);
}

const CpuKernel cpu_kernel_warp_error = {
  .op = "warp_error",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
