/* gst-stylegan: temporal_blend on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cpu/warp.h"

/* Rows that are done plane by plane, unless the flow's blocks say otherwise. */
#define ROWS 4

typedef struct
{
  const CpuSimdFlow *simd;
  const SgTemporalBlendAttrs *attrs;
  const gfloat *stylised, *warped, *confidence, *history, *scene;
  gfloat *out, *next;
  gfloat *lengths;              /* on hold: the ones not kept */
  gsize channels, height, width, group;
  CpuWarp move;                 /* of the history, if attrs->move has steps */
} BlendRun;

/* Some rows, and scratch memory for as many. */
typedef struct
{
  gsize top, bottom;
  gboolean moves;               /* else the history is where it belongs */
  gfloat *moved;                /* rows of all planes */
  gfloat *weight, *open;
} Group;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gsize
get_group (const SgCall * call)
{
  const SgTemporalBlendAttrs *a = call->attrs;

  return a->move.step > 0 ? (gsize) a->move.step : ROWS;
}

static gsize
lengths_bytes (const SgCall * call)
{
  return (cpu_count (&call->inputs[2].shape, 0, 4) * sizeof (gfloat)
      + SG_TENSOR_ALIGN - 1) / SG_TENSOR_ALIGN * SG_TENSOR_ALIGN;
}

static gsize
group_bytes (const SgCall * call)
{
  const gint64 *dim = call->inputs[1].shape.dim;

  return (dim[1] + 2) * get_group (call) * dim[3] * sizeof (gfloat);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = lengths_bytes (call)
      + cpu_scratch_bytes (device, group_bytes (call));
  return NULL;
}

static gboolean
is_set (const BlendRun * r, guint flag)
{
  return r->scene[flag] > 0.5f;
}

/* The group's rows of plane @c of the history, moved. */
static const gfloat *
get_warped (const BlendRun * r, const Group * g, gsize c)
{
  return g->moves ? g->moved + c * r->group * r->width
      : r->warped + (c * r->height + g->top) * r->width;
}

static void
weigh (const BlendRun * r, const Group * g)
{
  gsize at = g->top * r->width, last = r->channels * r->height * r->width + at;
  gboolean restart = is_set (r, SG_SCENE_RESTART);
  const CpuBlendWeights weights = {
    .confidence = r->confidence + at,
    .length_before = get_warped (r, g, r->channels),
    .length = is_set (r, SG_SCENE_HOLD) ? r->lengths + at : r->next + last,
    .weight = g->weight, .open = g->open,
    .strength = restart ? 0 : r->scene[SG_SCENE_STRENGTH],
    /* a restart is a history of length 1 */
    .max_length = restart ? 1 : r->attrs->max_length,
    .slack = r->attrs->slack
  };

  r->simd->weights (&weights, (g->bottom - g->top) * r->width);
}

static void
blend_plane (const BlendRun * r, const Group * g, gsize c)
{
  gsize plane = c * r->height * r->width;
  const gfloat *s = r->stylised + plane, *warped = get_warped (r, g, c);
  gfloat *history = is_set (r, SG_SCENE_HOLD) ? NULL : r->next + plane;

  for (gsize y = g->top; y < g->bottom; y++) {
    gsize at = y * r->width, here = at - g->top * r->width;
    const CpuBlendRow row = {
      .row = s + at,
      .above = s + (y > 0 ? y - 1 : 0) * r->width,
      .below = s + MIN (y + 1, r->height - 1) * r->width,
      .warped = warped + here,
      .weight = g->weight + here, .open = g->open + here,
      .out = r->out + plane + at,
      .history = history ? history + at : NULL,
      .width = r->width,
      .clip = r->attrs->clip, .clip_floor = r->attrs->clip_floor,
      .wrap = r->attrs->wrap
    };

    r->simd->blend (&row);
  }
}

static void
run_rows (gpointer user_data, gsize begin, gsize end, gpointer scratch)
{
  const BlendRun *r = user_data;
  gsize size = r->height * r->width, part = r->group * r->width;
  Group g = { .moved = scratch };

  g.weight = g.moved + (r->channels + 1) * part;
  g.open = g.weight + part;
  for (gsize y = begin; y < end; y = g.bottom) {
    g.top = y;
    g.bottom = MIN ((y / r->group + 1) * r->group, end);
    g.moves = r->attrs->move.step > 0
        && !cpu_warp_rests (&r->move, g.top, g.bottom);
    if (g.moves)
      cpu_warp_rows (&r->move, y, g.bottom, g.moved, part);
    weigh (r, &g);
    for (gsize c = 0; c < r->channels; c++)
      blend_plane (r, &g, c);
    for (gsize c = 0; is_set (r, SG_SCENE_HOLD) && c <= r->channels; c++)
      memcpy (r->next + c * size + y * r->width,
          r->history + c * size + y * r->width,
          (g.bottom - y) * r->width * sizeof (gfloat));
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const gint64 *dim = call->inputs[0].shape.dim;
  const SgTemporalBlendAttrs *a = call->attrs;
  BlendRun r = { device->simd->flow, a, inputs[0], inputs[1], inputs[2],
    inputs[3], inputs[4], outputs[0], outputs[1], scratch, dim[1], dim[2],
    dim[3], get_group (call)
  };
  gsize grain = cpu_grain (4 * r.channels * r.width);

  if (a->move.step > 0)
    cpu_warp_init (&r.move, device, call, &a->move, inputs, 1, 5);
  cpu_parallel_scratch (device, r.height,
      (grain + r.group - 1) / r.group * r.group, run_rows, &r,
      (guint8 *) scratch + lengths_bytes (call), group_bytes (call));
}

const CpuKernel cpu_kernel_temporal_blend = {
  .op = "temporal_blend",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
