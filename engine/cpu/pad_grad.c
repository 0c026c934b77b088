/* gst-stylegan: pad_grad on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of images padded in their last two dimensions: row by row. */
#include "ops/pad_grad.h"

#include <string.h>

#include "cpu/parallel.h"

typedef struct
{
  SgPadMode mode;
  gssize in[2], out[2];         /* dy's and dx's height and width */
  gssize begin[2];
  const gfloat *dy;
  gfloat *dx;
} PadRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  const SgPadGradAttrs *a = call->attrs;
  gint rank = call->inputs[0].shape.rank;

  if (!cpu_is_f32 (call) || rank < 2)
    return FALSE;
  for (gint i = 0; i < rank - 2; i++)
    if (a->begin[i] != 0 || a->end[i] != 0)
      return FALSE;
  return TRUE;
}

static void
add_row (const PadRun * r, gfloat * dx, const gfloat * dy)
{
  gssize n = r->out[1], begin = r->begin[1];

  for (gssize i = 0; i < n; i++)
    dx[i] += dy[begin + i];
  if (r->mode == SG_PAD_CONSTANT)
    return;
  for (gssize i = 0; i < begin; i++)
    dx[sg_pad_index (r->mode, i - begin, n)] += dy[i];
  for (gssize i = begin + n; i < r->in[1]; i++)
    dx[sg_pad_index (r->mode, i - begin, n)] += dy[i];
}

static void
pad_planes (gpointer user_data, gsize first, gsize end)
{
  const PadRun *r = user_data;

  for (gsize p = first; p < end; p++) {
    const gfloat *dy = r->dy + p * r->in[0] * r->in[1];
    gfloat *dx = r->dx + p * r->out[0] * r->out[1];

    memset (dx, 0, sizeof *dx * r->out[0] * r->out[1]);
    for (gssize i = 0; i < r->in[0]; i++) {
      gssize row = sg_pad_index (r->mode, i - r->begin[0], r->out[0]);

      if (row >= 0)
        add_row (r, dx + row * r->out[1], dy + i * r->in[1]);
    }
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgPadGradAttrs *a = call->attrs;
  const SgShape *in = &call->inputs[0].shape, *out = &call->outputs[0].shape;
  PadRun r = { .mode = a->mode, .dy = inputs[0], .dx = outputs[0] };
  gint first = in->rank - 2;

  for (gint i = 0; i < 2; i++) {
    r.in[i] = in->dim[first + i];
    r.out[i] = out->dim[first + i];
    r.begin[i] = a->begin[first + i];
  }
  cpu_parallel_for (device, cpu_count (in, 0, first),
      cpu_grain (r.in[0] * r.in[1]), pad_planes, &r);
}

const CpuKernel cpu_kernel_pad_grad = {
  .op = "pad_grad",
  .supports = supports,
  .run = run,
};
