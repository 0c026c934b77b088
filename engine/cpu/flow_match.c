/* gst-stylegan: flow_match on the CPU: both pictures in bytes with a border, then
 * rows of blocks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/flow.h"

typedef struct
{
  const CpuSimdFlow *simd;
  CpuFlowLevel level;
  const gfloat *pictures[2];
  guint8 *packed[2];            /* upper left corner of the border */
  gint border;
  const gfloat *coarse;         /* or NULL */
  CpuFlowVector *vectors;
} MatchRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gsize
get_pitch (const SgCall * call)
{
  return (call->inputs[0].shape.dim[3] + 2 * CPU_FLOW_BORDER
      ((const SgFlowMatchAttrs *) call->attrs) + 15) & ~(gsize) 15;
}

/* Of one picture; what is loaded past a window of 8 stays inside. */
static gsize
get_bytes (const SgCall * call)
{
  return (call->inputs[0].shape.dim[2] + 2 * CPU_FLOW_BORDER
      ((const SgFlowMatchAttrs *) call->attrs)) * get_pitch (call);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = 2 * get_bytes (call);
  if (sg_call_has_input (call, 2))
    *scratch_bytes += cpu_count (&call->inputs[2].shape, 2, 4)
        * sizeof (CpuFlowVector);
  return NULL;
}

static void
pack_rows (gpointer user_data, gsize begin, gsize end)
{
  const MatchRun *r = user_data;
  gsize height = r->level.height, width = r->level.width;
  gsize rows = height + 2 * r->border;

  for (gsize i = begin; i < end; i++) {
    gsize y = CLAMP ((gssize) (i % rows) - r->border, 0, (gssize) height - 1);
    guint8 *row = r->packed[i / rows] + i % rows * r->level.pitch;
    gsize right = r->border + width;

    r->simd->pack (row + r->border, r->pictures[i / rows] + y * width, width);
    if (r->level.attrs->wrap) {
      for (gssize x = 0; x < r->border; x++)
        row[x] = row[r->border + sg_flow_column (x - r->border,
                (gssize) width, TRUE)];
      for (gssize x = 0; x < r->level.pitch - (gssize) right; x++)
        row[right + x] = row[r->border + x % width];
      continue;
    }
    memset (row, row[r->border], r->border);
    memset (row + right, row[right - 1], r->level.pitch - right);
  }
}

/* After the rows of both pictures those of the coarser level's vectors. */
static void
prepare_rows (gpointer user_data, gsize begin, gsize end)
{
  const MatchRun *r = user_data;
  const CpuFlowLevel *l = &r->level;
  gsize n = 2 * (gsize) (l->height + 2 * r->border);
  gsize width = (gsize) l->coarse_width;

  if (begin < n)
    pack_rows (user_data, begin, MIN (end, n));
  for (gsize i = MAX (begin, n); i < end; i++) {
    const gfloat *u = r->coarse + (i - n) * width;

    r->simd->vectors (r->vectors + (i - n) * width, u,
        u + width * (gsize) l->coarse_height, width, l->attrs->unit);
  }
}

static void
match_rows (gpointer user_data, gsize begin, gsize end)
{
  const MatchRun *r = user_data;

  r->simd->match (&r->level, (gint) begin, (gint) end);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgFlowMatchAttrs *a = call->attrs;
  const gint64 *dim = call->inputs[0].shape.dim;
  const gint64 *grid = call->outputs[0].shape.dim;
  gboolean has_coarse = sg_call_has_input (call, 2);
  MatchRun r = { device->simd->flow, {a}, {inputs[0], inputs[1]},
  {scratch, (guint8 *) scratch + get_bytes (call)}, CPU_FLOW_BORDER (a)
  };
  CpuFlowLevel *l = &r.level;

  l->pitch = (gssize) get_pitch (call);
  l->now = r.packed[0] + r.border * l->pitch + r.border;
  l->before = r.packed[1] + r.border * l->pitch + r.border;
  l->height = (gint) dim[2];
  l->width = (gint) dim[3];
  l->grid_height = (gint) grid[2];
  l->grid_width = (gint) grid[3];
  r.coarse = has_coarse ? inputs[2] : NULL;
  r.vectors = (CpuFlowVector *) (r.packed[0] + 2 * get_bytes (call));
  l->coarse = has_coarse ? r.vectors : NULL;
  l->coarse_height = has_coarse ? (gint) call->inputs[2].shape.dim[2] : 0;
  l->coarse_width = has_coarse ? (gint) call->inputs[2].shape.dim[3] : 0;
  l->flow = outputs[0];
  l->cost = outputs[1];
  cpu_parallel_for (device, 2 * (dim[2] + 2 * r.border) + l->coarse_height,
      cpu_grain (2 * dim[3]), prepare_rows, &r);
  /* pixels by how often they are looked at, roughly: small levels are searched most */
  cpu_parallel_for (device, grid[2], cpu_grain (grid[3] * a->window
          * a->window * (a->radius > 0 ? 4 : 1)), match_rows, &r);
}

const CpuKernel cpu_kernel_flow_match = {
  .op = "flow_match",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
