/* gst-stylegan: shift on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shift.h"

#include <string.h>

#include "cpu/parallel.h"

typedef struct
{
  gint64 height, width;         /* of x */
  gint64 out[2];                /* of y */
  gint64 offset[2], begin[2], end[2];
  const gfloat *x;
  gfloat *y;
} ShiftRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return call->inputs[0].dtype == SG_DTYPE_F32
      && cpu_count (&call->outputs[0].shape, 0, 4) > 0;
}

static void
shift_rows (gpointer user_data, gsize begin, gsize end)
{
  const ShiftRun *r = user_data;
  gint64 first = r->begin[1], n = r->end[1] - first;

  for (gsize i = begin; i < end; i++) {
    gint64 plane = (gint64) i / r->out[0], row = (gint64) i % r->out[0];
    gfloat *y = r->y + (gint64) i * r->out[1];

    if (row < r->begin[0] || row >= r->end[0] || n == 0) {
      memset (y, 0, (gsize) r->out[1] * sizeof *y);
      continue;
    }
    memset (y, 0, (gsize) first * sizeof *y);
    memcpy (y + first, r->x + (plane * r->height + row + r->offset[0])
        * r->width + first + r->offset[1], (gsize) n * sizeof *y);
    memset (y + first + n, 0, (gsize) (r->out[1] - first - n) * sizeof *y);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShiftAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  ShiftRun r = { x->dim[2], x->dim[3], {a->height, a->width},
  .x = inputs[0], .y = outputs[0]
  };

  for (gint k = 0; k < 2; k++) {
    gint64 offset = CLAMP (((const gint64 *) inputs[1])[k], -G_MAXINT32,
        G_MAXINT32);

    r.offset[k] = a->back ? -offset : offset;
    sg_shift_range (r.out[k], x->dim[2 + k], r.offset[k], &r.begin[k],
        &r.end[k]);
  }
  cpu_parallel_for (device, cpu_count (&call->outputs[0].shape, 0, 3),
      cpu_grain (a->width), shift_rows, &r);
}

const CpuKernel cpu_kernel_shift = {
  .op = "shift",
  .supports = supports,
  .run = run,
};
