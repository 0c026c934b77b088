/* gst-stylegan: scene_change on the CPU: counting, a task per input
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "cpu/parallel.h"
#include "ops/temporal.h"

#define SECTIONS (SG_SCENE_SECTIONS * SG_SCENE_SECTIONS)
#define N_COSTS (255 * 8 + 1)

typedef struct
{
  guint32 now[SECTIONS][SG_SCENE_BINS], before[SECTIONS][SG_SCENE_BINS];
  guint32 costs[N_COSTS];
} Counts;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = sizeof (Counts);
  return NULL;
}

/* The first of @n columns or rows that belong to section @i or a later one. */
static gsize
section_begin (gsize i, gsize n)
{
  return (i * n + SG_SCENE_SECTIONS - 1) / SG_SCENE_SECTIONS;
}

static void
count_luma (guint32 counts[SECTIONS][SG_SCENE_BINS], const gfloat * x,
    gsize height, gsize width)
{
  for (gsize y = 0; y < height; y++) {
    gsize first = y * SG_SCENE_SECTIONS / height * SG_SCENE_SECTIONS;

    for (gsize k = 0; k < SG_SCENE_SECTIONS; k++) {
      gsize end = section_begin (k + 1, width);

      for (gsize i = section_begin (k, width); i < end; i++)
        counts[first + k][sg_flow_luma (x[y * width + i])
            / (256 / SG_SCENE_BINS)]++;
    }
  }
}

static gfloat
get_distance (const Counts * counts)
{
  gdouble sum = 0;

  for (guint s = 0; s < SECTIONS; s++) {
    gdouble distance = 0, n = 0;

    for (guint b = 0; b < SG_SCENE_BINS; b++) {
      gdouble p = counts->now[s][b], q = counts->before[s][b];

      n += p;
      if (p + q > 0)
        distance += (p - q) * (p - q) / (p + q);
    }
    if (n > 0)
      sum += distance / (2 * n);
  }
  return sum / SECTIONS;
}

/* What more than 1 / @part of all @n cost at most, in levels of luma. */
static gfloat
get_quantile (const Counts * counts, gsize n, guint part)
{
  gsize below = 0;
  guint cost;

  for (cost = 0; cost + 1 < N_COSTS; cost++) {
    below += counts->costs[cost];
    if (below * part > n)
      break;
  }
  return cost / 8.0f;
}

typedef struct
{
  Counts *counts;
  const SgCall *call;
  gconstpointer const *inputs;
} CountRun;

static void
count_costs (guint32 * counts, const gfloat * costs, gsize n)
{
  for (gsize i = 0; i < n; i++)
    counts[!(costs[i] > 0) ? 0 : costs[i] >= N_COSTS - 1 ? N_COSTS - 1
        : lrintf (costs[i])]++;
}

/* One of the inputs. */
static void
count (gpointer user_data, gsize begin, gsize end)
{
  const CountRun *r = user_data;
  const gint64 *dim = r->call->inputs[0].shape.dim;
  Counts *c = r->counts;

  for (gsize i = begin; i < end; i++) {
    if (i == 2) {
      memset (c->costs, 0, sizeof c->costs);
      count_costs (c->costs, r->inputs[2],
          cpu_count (&r->call->inputs[2].shape, 0, 4));
      continue;
    }
    memset (i == 0 ? c->now : c->before, 0, sizeof c->now);
    count_luma (i == 0 ? c->now : c->before, r->inputs[i], dim[2], dim[3]);
  }
}

static void
measure (Counts * counts, CpuDevice * device, const SgCall * call,
    gconstpointer const *inputs, gfloat * scene)
{
  gsize n = cpu_count (&call->inputs[2].shape, 0, 4);
  CountRun r = { counts, call, inputs };

  cpu_parallel_for (device, 3, cpu_grain (8 * n), count, &r);
  scene[SG_SCENE_DISTANCE] = get_distance (counts);
  scene[SG_SCENE_COST] = get_quantile (counts, n, 2);
  scene[SG_SCENE_NOISE] = MIN (get_quantile (counts, n, 4)
      * 0.886226925f /* sqrt (pi) / 2 */ , SG_SCENE_MAX_NOISE);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgSceneChangeAttrs *a = call->attrs;
  const gfloat *before = inputs[3], *parameters = inputs[4];
  gboolean held = before[SG_SCENE_HOLD] > 0.5f, differs, fresh;
  gfloat scene[SG_SCENE_N] = { 0, };

  measure (scratch, device, call, inputs, scene);
  scene[SG_SCENE_STRENGTH] = parameters[SG_SCENE_PARAM_STRENGTH] > 0
      ? MIN (parameters[SG_SCENE_PARAM_STRENGTH], 1) : 0;
  differs = scene[SG_SCENE_DISTANCE] > a->distance
      && scene[SG_SCENE_COST] > a->cost;
  fresh = parameters[SG_SCENE_PARAM_RESET] > 0.5f
      || !(before[SG_SCENE_SEEN] >= 1);
  if (fresh || (differs && held)) {
    scene[SG_SCENE_RESTART] = scene[SG_SCENE_SEEN] = 1;
    scene[SG_SCENE_NOISE] = 0;
  } else if (differs) {
    scene[SG_SCENE_RESTART] = scene[SG_SCENE_HOLD] = scene[SG_SCENE_CUT] = 1;
    scene[SG_SCENE_SEEN] = before[SG_SCENE_SEEN];
    scene[SG_SCENE_NOISE] = before[SG_SCENE_NOISE];
  } else {
    scene[SG_SCENE_CUT] = held ? -1 : 0;
    scene[SG_SCENE_SEEN] = MIN (before[SG_SCENE_SEEN] + 1, 65536);
    if (before[SG_SCENE_SEEN] >= 2)
      scene[SG_SCENE_NOISE] = before[SG_SCENE_NOISE]
          + (scene[SG_SCENE_NOISE] - before[SG_SCENE_NOISE]) / 4;
  }
  memcpy (outputs[0], scene, sizeof scene);
}

const CpuKernel cpu_kernel_scene_change = {
  .op = "scene_change",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
