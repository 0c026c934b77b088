/* gst-stylegan: warp_error on the CPU: sums of rows, added up in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/warp.h"

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
  CpuWarp move;                 /* of before, if move_rows > 0 */
  gsize move_rows;
} ErrorRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gsize
rows_bytes (const SgCall * call)
{
  return (call->inputs[0].shape.dim[2] * sizeof (Row) + SG_TENSOR_ALIGN - 1)
      / SG_TENSOR_ALIGN * SG_TENSOR_ALIGN;
}

/* A row of the grid at a time. */
static gsize
moved_bytes (const SgCall * call)
{
  return (gsize) ((const SgWarpErrorAttrs *) call->attrs)->move.step
      * call->inputs[0].shape.dim[3] * sizeof (gfloat);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = rows_bytes (call)
      + cpu_scratch_bytes (device, moved_bytes (call));
  return NULL;
}

static void
run_rows (gpointer user_data, gsize begin, gsize end, gpointer scratch)
{
  const ErrorRun *r = user_data;
  gsize step = r->move_rows, top = begin, bottom = begin;
  gboolean moves = FALSE;

  for (gsize y = begin; y < end; y++) {
    const gfloat *before = r->before + y * r->width;

    if (step > 0 && y >= bottom) {
      top = y;
      bottom = MIN ((y / step + 1) * step, end);
      moves = !cpu_warp_rests (&r->move, top, bottom);
      if (moves)
        cpu_warp_rows (&r->move, top, bottom, scratch, 0);
    }
    if (moves)
      before = (gfloat *) scratch + (y - top) * r->width;
    r->rows[y].trusted = 0;
    r->rows[y].sum = r->simd->error (r->now + y * r->width, before,
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
  gsize step = MAX (a->move.step, 1), grain = cpu_grain (4 * r.width);
  gfloat *out = outputs[0];
  gdouble sum = 0;
  gsize trusted = 0;

  r.move_rows = (gsize) a->move.step;
  if (r.move_rows > 0)
    cpu_warp_init (&r.move, device, call, &a->move, inputs, 1, 3);
  cpu_parallel_scratch (device, dim[2], (grain + step - 1) / step * step,
      run_rows, &r, (guint8 *) scratch + rows_bytes (call), moved_bytes (call));
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
