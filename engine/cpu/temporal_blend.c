/* gst-stylegan: temporal_blend on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/flow.h"

typedef struct
{
  const CpuSimdFlow *simd;
  const SgTemporalBlendAttrs *attrs;
  const gfloat *stylised, *warped, *confidence, *history, *scene;
  gfloat *out, *next;
  gfloat *lengths;              /* on hold: the ones not kept */
  gsize channels, height, width;
} BlendRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = cpu_count (&call->inputs[2].shape, 0, 4) * sizeof (gfloat);
  return NULL;
}

/* Pixels that are done with all their planes before the next: what the planes share
 * stays in L1. */
#define TILE 512

static void
blend_tile (const BlendRun * r, gsize y, gsize begin, gsize end,
    gboolean restart, gboolean hold)
{
  gsize size = r->height * r->width, at = y * r->width;
  gsize last = r->channels * size + at + begin;
  gfloat weight[TILE], open[TILE];
  const CpuBlendWeights weights = {
    .confidence = r->confidence + at + begin,
    .length_before = r->warped + last,
    .length = hold ? r->lengths + at + begin : r->next + last,
    .weight = weight, .open = open,
    .strength = restart ? 0 : r->scene[SG_SCENE_STRENGTH],
    /* a restart is a history of length 1 */
    .max_length = restart ? 1 : r->attrs->max_length,
    .slack = r->attrs->slack
  };
  CpuBlendRow row = {
    .weight = weight, .open = open,
    .begin = begin, .end = end, .width = r->width,
    .clip = r->attrs->clip, .clip_floor = r->attrs->clip_floor,
    .wrap = r->attrs->wrap
  };

  r->simd->weights (&weights, end - begin);
  for (gsize c = 0; c < r->channels; c++) {
    const gfloat *s = r->stylised + c * size;

    row.row = s + at;
    row.above = s + (y > 0 ? y - 1 : 0) * r->width;
    row.below = s + MIN (y + 1, r->height - 1) * r->width;
    row.warped = r->warped + c * size + at;
    row.out = r->out + c * size + at;
    row.history = hold ? NULL : r->next + c * size + at;
    r->simd->blend (&row);
  }
}

static void
run_rows (gpointer user_data, gsize begin, gsize end)
{
  const BlendRun *r = user_data;
  gboolean restart = r->scene[SG_SCENE_RESTART] > 0.5f;
  gboolean hold = r->scene[SG_SCENE_HOLD] > 0.5f;
  gsize size = r->height * r->width;

  for (gsize y = begin; y < end; y++) {
    gsize at = y * r->width;

    for (gsize x = 0; x < r->width; x += TILE)
      blend_tile (r, y, x, MIN (x + TILE, r->width), restart, hold);
    for (gsize c = 0; hold && c <= r->channels; c++)
      memcpy (r->next + c * size + at, r->history + c * size + at,
          r->width * sizeof (gfloat));
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  BlendRun r = { device->simd->flow, call->attrs, inputs[0], inputs[1],
    inputs[2], inputs[3], inputs[4], outputs[0], outputs[1], scratch, dim[1],
    dim[2], dim[3]
  };

  cpu_parallel_for (device, r.height, cpu_grain (4 * r.channels * r.width),
      run_rows, &r);
}

const CpuKernel cpu_kernel_temporal_blend = {
  .op = "temporal_blend",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
