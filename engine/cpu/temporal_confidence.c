/* gst-stylegan: temporal_confidence on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"
#include "cpu/simd/flow.h"

typedef struct
{
  const CpuSimdFlow *simd;
  const SgTemporalConfidenceAttrs *attrs;
  const gfloat *now, *before, *flow;
  gfloat *c;
  gssize height, width, grid_height, grid_width;
  gfloat floor;
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

static void
clear_outside (const ConfidenceRun * r, gssize y)
{
  gssize step = r->attrs->step;
  const gfloat *us = r->flow + y / step * r->grid_width;
  const gfloat *vs = us + r->grid_height * r->grid_width;
  gfloat *c = r->c + y * r->width;

  for (gssize bx = 0; bx < r->grid_width; bx++) {
    gssize left = bx * step, right = MIN (left + step, r->width);
    gssize first, end, top, bottom;

    get_inside (sg_flow_vector (us[bx]), r->width, &first, &end);
    if (r->attrs->wrap) {
      first = left;
      end = right;
    }
    get_inside (sg_flow_vector (vs[bx]), r->height, &top, &bottom);
    if (first <= left && end >= right && top <= y && bottom > y)
      continue;
    for (gssize x = left; x < right; x++)
      if (x < first || x >= end || y < top || y >= bottom)
        c[x] = 0;
  }
}

static void
run_rows (gpointer user_data, gsize begin, gsize end)
{
  const ConfidenceRun *r = user_data;

  for (gssize y = begin; y < (gssize) end; y++) {
    const gfloat *now[3], *before[3];

    for (gssize k = 0; k < 3; k++) {
      gssize row = CLAMP (y + k - 1, 0, r->height - 1) * r->width;

      now[k] = r->now + row;
      before[k] = r->before + row;
    }
    r->simd->confidence (r->c + y * r->width, now, before, 0, r->width,
        r->width, r->attrs->sharpness, r->floor, r->attrs->wrap);
    if (r->flow)
      clear_outside (r, y);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  const gfloat *scene = inputs[2];
  ConfidenceRun r = { device->simd->flow, call->attrs, inputs[0], inputs[1],
    NULL, outputs[0], dim[2], dim[3], 0, 0,
    2 * scene[SG_SCENE_NOISE] * scene[SG_SCENE_NOISE]
  };

  if (sg_call_has_input (call, 3)) {
    r.flow = inputs[3];
    r.grid_height = call->inputs[3].shape.dim[2];
    r.grid_width = call->inputs[3].shape.dim[3];
  }
  cpu_parallel_for (device, dim[2], cpu_grain (4 * dim[3]), run_rows, &r);
}

const CpuKernel cpu_kernel_temporal_confidence = {
  .op = "temporal_confidence",
  .supports = supports,
  .run = run,
};
