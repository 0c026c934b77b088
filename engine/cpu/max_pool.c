/* gst-stylegan: max_pool on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of one or two dimensions: the largest of the rows under the window, then of
 * neighbours in that row. */
#include <math.h>
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/binary.h"
#include "cpu/simd/resample.h"
#include "ops/pool.h"

/* Nothing near a size where a row of scratch memory would be a problem. */
#define MAX_SIZE (1 << 24)

typedef struct
{
  gsize n_planes;
  gsize in[2], out[2];          /* height, width */
  gssize pad[2];                /* at the beginning */
  gsize kernel[2], stride[2], dilation[2];
  gsize row_n;                  /* of the padded row */
  gsize pitch;
} MaxState;

typedef struct
{
  const MaxState *state;
  const CpuSimd *simd;
  const gfloat *x;
  gfloat *y;
  gfloat *scratch;
  gsize n_rows, rows_of_task;
} MaxRun;

/* Without indices. */
static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  gint rank = call->inputs[0].shape.rank;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  if (call->n_outputs > 1 || !cpu_is_f32 (call) || rank < 3 || rank > 4
      || !sg_pool_resolve (call, &window, out, NULL))
    return FALSE;
  for (gint i = 0; i < window.n_spatial; i++)
    if (window.kernel[i] > 4096 || window.dilation[i] > 4096
        || window.stride[i] > 4096 || out[i] > MAX_SIZE / window.stride[i]
        || call->inputs[0].shape.dim[2 + i] > MAX_SIZE)
      return FALSE;
  return TRUE;
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  gint missing = 4 - x->rank;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;
  MaxState *s;

  if (!sg_pool_resolve (call, &window, out, error))
    return NULL;
  s = g_new0 (MaxState, 1);
  s->n_planes = x->dim[0] * x->dim[1];
  s->in[0] = s->out[0] = s->kernel[0] = s->stride[0] = s->dilation[0] = 1;
  for (gint i = missing; i < 2; i++) {
    s->in[i] = x->dim[2 + i - missing];
    s->out[i] = out[i - missing];
    s->pad[i] = window.pad_begin[i - missing];
    s->kernel[i] = window.kernel[i - missing];
    s->stride[i] = window.stride[i - missing];
    s->dilation[i] = window.dilation[i - missing];
  }
  s->row_n = MAX (s->pad[1] + s->in[1], (s->out[1] - 1) * s->stride[1]
      + (s->kernel[1] - 1) * s->dilation[1] + 1);
  s->pitch = (s->row_n + s->stride[1] * 2 * device->simd->width + 15)
      & ~(gsize) 15;
  *scratch_bytes = s->pitch * sizeof (gfloat)
      * sg_thread_pool_get_size (device->base.threads);
  return s;
}

/* The largest of the rows that output row @i is made of. */
static void
merge_rows (const MaxRun * run, gfloat * dst, const gfloat * plane, gsize i)
{
  const MaxState *s = run->state;
  CpuBinaryFunc max = run->simd->binary->func[CPU_BINARY_MAX][CPU_ROW_BOTH];
  gboolean any = FALSE;

  for (gsize k = 0; k < s->kernel[0]; k++) {
    gssize at = (gssize) (i * s->stride[0] + k * s->dilation[0]) - s->pad[0];

    if (at < 0 || at >= (gssize) s->in[0])
      continue;
    if (any)
      max (dst, dst, plane + at * s->in[1], s->in[1]);
    else
      memcpy (dst, plane + at * s->in[1], s->in[1] * sizeof *dst);
    any = TRUE;
  }
}

static void
run_task (gpointer data, guint task, guint slot)
{
  const MaxRun *run = data;
  const MaxState *s = run->state;
  gfloat *row = run->scratch + slot * s->pitch;
  gsize begin = task * run->rows_of_task;
  gsize end = MIN (begin + run->rows_of_task, run->n_rows);

  for (gsize i = 0; i < s->pitch; i++)
    row[i] = -INFINITY;
  for (gsize i = begin; i < end; i++) {
    merge_rows (run, row + s->pad[1],
        run->x + i / s->out[0] * s->in[0] * s->in[1], i % s->out[0]);
    run->simd->resample->max_row (run->y + i * s->out[1], row, s->out[1],
        s->kernel[1], s->stride[1], s->dilation[1]);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const MaxState *s = state;
  MaxRun r = { s, device->simd, inputs[0], outputs[0], scratch };

  r.n_rows = s->n_planes * s->out[0];
  r.rows_of_task = cpu_grain (s->in[1] * s->kernel[0]);
  while (r.n_rows / r.rows_of_task >= G_MAXINT32)
    r.rows_of_task *= 2;
  sg_thread_pool_run (device->base.threads,
      (r.n_rows + r.rows_of_task - 1) / r.rows_of_task, run_task, &r);
}

const CpuKernel cpu_kernel_max_pool = {
  .op = "max_pool",
  .supports = supports,
  .prepare = prepare,
  .run = run,
  .release = g_free,
};
