/* gst-stylegan: operators that only rename dimensions, on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"

#include <string.h>

typedef struct
{
  guint8 *y;
  const guint8 *x;
} CopyRun;

/* Of any type. A second output is that of dropout. */
static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return call->n_outputs == 1 && sg_tensor_desc_bytes (&call->inputs[0])
      == sg_tensor_desc_bytes (&call->outputs[0]);
}

static void
run_range (gpointer user_data, gsize begin, gsize end)
{
  const CopyRun *r = user_data;

  memcpy (r->y + begin, r->x + begin, end - begin);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  CopyRun r = { outputs[0], inputs[0] };

  if (outputs[0] != inputs[0])
    cpu_parallel_for (device, sg_tensor_desc_bytes (&call->outputs[0]),
        CPU_GRAIN * sizeof (gfloat), run_range, &r);
}

#define COPY_KERNEL(word) \
const CpuKernel cpu_kernel_ ## word = { \
  .op = #word, \
  .supports = supports, \
  .run = run, \
  .in_place = TRUE, \
};

COPY_KERNEL (flatten)
COPY_KERNEL (identity)
COPY_KERNEL (reshape)
COPY_KERNEL (squeeze)
COPY_KERNEL (unsqueeze)
