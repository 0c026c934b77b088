/* gst-stylegan: select on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cpu/parallel.h"
#include "ops/temporal.h"

typedef struct
{
  gfloat *y;
  const gfloat *x;
} SelectRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
copy (gpointer user_data, gsize begin, gsize end)
{
  const SelectRun *r = user_data;

  memcpy (r->y + begin, r->x + begin, (end - begin) * sizeof *r->y);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgSelectAttrs *a = call->attrs;
  const SgShape *shape = &call->outputs[0].shape;
  gboolean second = ((const gfloat *) inputs[2])[a->index] > 0.5f;
  SelectRun r = { outputs[0], inputs[second] };

  cpu_parallel_for (device, cpu_count (shape, 0, shape->rank), CPU_GRAIN,
      copy, &r);
}

const CpuKernel cpu_kernel_select = {
  .op = "select",
  .supports = supports,
  .run = run,
};
