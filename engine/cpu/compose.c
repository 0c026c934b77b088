/* gst-stylegan: compose on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/compose.h"

#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/compose.h"

typedef struct
{
  const CpuSimd *simd;
  CpuComposeRow all;            /* of the whole picture */
} ComposeRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gfloat
unit (gfloat x)
{
  return x > 0 ? MIN (x, 1) : 0;
}

static void
run_pixels (gpointer user_data, gsize begin, gsize end)
{
  const ComposeRun *r = user_data;
  CpuComposeRow row = r->all;

  for (guint c = 0; c < row.channels; c++) {
    row.out[c] += begin;
    row.styled[c] += begin;
    row.frame[c] += begin;
  }
  if (row.mask)
    row.mask += begin;
  row.n = end - begin;
  r->simd->compose->row (&row);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  const gfloat *parameters = inputs[2];
  const gsize size = dim[2] * dim[3];
  ComposeRun r = { device->simd };
  CpuComposeRow *all = &r.all;

  all->channels = dim[1];
  all->mask = sg_call_has_input (call, 3) ? inputs[3] : NULL;
  all->strength = unit (parameters[SG_COMPOSE_STRENGTH]);
  all->preserve = unit (parameters[SG_COMPOSE_PRESERVE_COLORS]);
  if (all->strength >= 1 && !(all->preserve > 0) && all->mask == NULL) {
    if (outputs[0] != inputs[0])
      memcpy (outputs[0], inputs[0], all->channels * size * sizeof (gfloat));
    return;
  }
  for (guint c = 0; c < all->channels; c++) {
    all->out[c] = (gfloat *) outputs[0] + c * size;
    all->styled[c] = (const gfloat *) inputs[0] + c * size;
    all->frame[c] = (const gfloat *) inputs[1] + c * size;
  }
  sg_compose_get_luma (call->attrs, all->channels, all->luma);
  cpu_parallel_for (device, size, cpu_grain (3 * all->channels), run_pixels,
      &r);
}

const CpuKernel cpu_kernel_compose = {
  .op = "compose",
  .supports = supports,
  .run = run,
  .in_place = TRUE,
};
