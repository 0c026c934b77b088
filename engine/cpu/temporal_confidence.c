/* gst-stylegan: temporal_confidence on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/warp.h"

typedef struct
{
  const CpuSimdFlow *simd;
  const SgTemporalConfidenceAttrs *attrs;
  const gfloat *now, *before, *flow;
  gfloat *c;
  gssize height, width, grid_height, grid_width;
  gfloat floor;
  CpuWarp move;                 /* of before, if attrs->move has steps */
} ConfidenceRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

/* The first and the one after the last of @n pixels that a vector of @steps leaves
 * within half a pixel of the picture. */
static void
get_inside (gint steps, gssize n, gssize * first, gssize * end)
{
  *first = -sg_flow_floor_div (steps + SG_FLOW_FRACTION / 2, SG_FLOW_FRACTION);
  *end = n + sg_flow_floor_div (SG_FLOW_FRACTION / 2 - steps, SG_FLOW_FRACTION);
}

/* Rows @top to before @end of one row of blocks. */
static void
clear_outside (const ConfidenceRun * r, gssize top, gssize end)
{
  gssize step = r->attrs->step;
  const gfloat *us = r->flow + top / step * r->grid_width;
  const gfloat *vs = us + r->grid_height * r->grid_width;

  for (gssize bx = 0; bx < r->grid_width; bx++) {
    gssize left = bx * step, right = MIN (left + step, r->width);
    gssize first_x, end_x, first_y, end_y;

    get_inside (sg_flow_vector (us[bx]), r->width, &first_x, &end_x);
    if (r->attrs->wrap) {
      first_x = left;
      end_x = right;
    }
    get_inside (sg_flow_vector (vs[bx]), r->height, &first_y, &end_y);
    if (first_x <= left && end_x >= right && first_y <= top && end_y >= end)
      continue;
    for (gssize y = top; y < end; y++)
      for (gssize x = left; x < right; x++)
        if (x < first_x || x >= end_x || y < first_y || y >= end_y)
          r->c[y * r->width + x] = 0;
  }
}

/* Rows of a task; further ones where vectors are few. */
static gssize
get_grain (const SgCall * call)
{
  const SgTemporalConfidenceAttrs *a = call->attrs;
  gssize step = MAX (a->step, 1);
  gssize rows = cpu_grain (4 * call->inputs[0].shape.dim[3]);

  return (rows + step - 1) / step * step;
}

/* A task's rows of before, with the one above and the one below. */
static gsize
moved_bytes (const SgCall * call)
{
  const SgTemporalConfidenceAttrs *a = call->attrs;

  return a->move.step == 0 ? 0 : (get_grain (call) + 2)
      * call->inputs[0].shape.dim[3] * sizeof (gfloat);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = cpu_scratch_bytes (device, moved_bytes (call));
  return NULL;
}

static void
run_rows (gpointer user_data, gsize begin, gsize end, gpointer scratch)
{
  const ConfidenceRun *r = user_data;
  gssize top = begin > 0 ? begin - 1 : 0, step = r->attrs->step;
  gssize bottom = MIN ((gssize) end + 1, r->height);
  const gfloat *before = r->before;

  if (r->attrs->move.step > 0 && !cpu_warp_rests (&r->move, top, bottom)) {
    cpu_warp_rows (&r->move, top, bottom, scratch, 0);
    before = (gfloat *) scratch - top * r->width;
  }
  for (gssize y = begin; y < (gssize) end; y++) {
    const gfloat *now[3], *then[3];

    for (gssize k = 0; k < 3; k++) {
      gssize row = CLAMP (y + k - 1, 0, r->height - 1) * r->width;

      now[k] = r->now + row;
      then[k] = before + row;
    }
    r->simd->confidence (r->c + y * r->width, now, then, 0, r->width,
        r->width, r->attrs->sharpness, r->floor, r->attrs->wrap);
    if (r->flow && (y % step == step - 1 || y + 1 == (gssize) end))
      clear_outside (r, MAX (y / step * step, (gssize) begin), y + 1);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  const SgTemporalConfidenceAttrs *a = call->attrs;
  const gfloat *scene = inputs[2];
  ConfidenceRun r = { device->simd->flow, a, inputs[0], inputs[1],
    NULL, outputs[0], dim[2], dim[3], 0, 0,
    2 * scene[SG_SCENE_NOISE] * scene[SG_SCENE_NOISE]
  };

  if (sg_call_has_input (call, 3)) {
    r.flow = inputs[3];
    r.grid_height = call->inputs[3].shape.dim[2];
    r.grid_width = call->inputs[3].shape.dim[3];
  }
  if (a->move.step > 0) {
    cpu_warp_init (&r.move, device, call, &a->move, inputs, 1, 3);
    r.move = cpu_warp_get_plane (&r.move, 0);
  }
  cpu_parallel_scratch (device, dim[2], get_grain (call), run_rows, &r,
      scratch, moved_bytes (call));
}

const CpuKernel cpu_kernel_temporal_confidence = {
  .op = "temporal_confidence",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
