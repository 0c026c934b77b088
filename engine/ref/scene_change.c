/* gst-stylegan: reference for scene_change
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ops/temporal.h"
#include "ref/access.h"

#define SECTIONS (SG_SCENE_SECTIONS * SG_SCENE_SECTIONS)
#define MAX_COST (255 * 8)

static void
count_histograms (const SgTensor * x, gint64 histogram[SECTIONS][SG_SCENE_BINS])
{
  const gint64 *dim = x->desc.shape.dim;

  memset (histogram, 0, SECTIONS * sizeof *histogram);
  for (gint64 i = 0; i < dim[2] * dim[3]; i++) {
    gint64 section = i / dim[3] * SG_SCENE_SECTIONS / dim[2]
        * SG_SCENE_SECTIONS + i % dim[3] * SG_SCENE_SECTIONS / dim[3];

    histogram[section][sg_flow_luma ((gfloat) sg_tensor_get (x, i))
        * SG_SCENE_BINS / 256]++;
  }
}

static gdouble
histogram_distance (const SgTensor * now, const SgTensor * before)
{
  gint64 p[SECTIONS][SG_SCENE_BINS], q[SECTIONS][SG_SCENE_BINS];
  gdouble sum = 0;

  count_histograms (now, p);
  count_histograms (before, q);
  for (guint s = 0; s < SECTIONS; s++) {
    gint64 n = 0;
    gdouble distance = 0;

    for (guint b = 0; b < SG_SCENE_BINS; b++) {
      gdouble d = (gdouble) (p[s][b] - q[s][b]);

      n += p[s][b];
      if (p[s][b] + q[s][b] > 0)
        distance += d * d / (gdouble) (p[s][b] + q[s][b]);
    }
    if (n > 0)
      sum += distance / (2.0 * (gdouble) n);
  }
  return sum / SECTIONS;
}

/* The smallest cost that more than @part of the blocks do not exceed, in levels. */
static gdouble
quantile (const gint64 * counts, gint64 n, gdouble part)
{
  gint64 below = 0;
  guint cost = 0;

  for (cost = 0; cost < MAX_COST; cost++) {
    below += counts[cost];
    if ((gdouble) below > part * (gdouble) n)
      break;
  }
  return cost / 8.0;
}

static void
measure (SgTensor * const *inputs, gdouble scene[SG_SCENE_N])
{
  g_autofree gint64 *counts = g_new0 (gint64, MAX_COST + 1);
  gint64 n = sg_tensor_elements (inputs[2]);

  for (gint64 i = 0; i < n; i++) {
    gdouble cost = sg_tensor_get (inputs[2], i);

    counts[!(cost > 0) ? 0 : cost >= MAX_COST ? MAX_COST
        : (gint) lrint (cost)]++;
  }
  scene[SG_SCENE_DISTANCE] = histogram_distance (inputs[0], inputs[1]);
  scene[SG_SCENE_COST] = quantile (counts, n, 0.5);
  scene[SG_SCENE_NOISE] = MIN (quantile (counts, n, 0.25) * sqrt (G_PI) / 2,
      SG_SCENE_MAX_NOISE);
}

gboolean
ref_scene_change (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgSceneChangeAttrs *a = call->attrs;
  gdouble scene[SG_SCENE_N] = { 0, };
  gdouble seen = sg_tensor_get (inputs[3], SG_SCENE_SEEN);
  gdouble strength = sg_tensor_get (inputs[4], SG_SCENE_PARAM_STRENGTH);
  gboolean reset = sg_tensor_get (inputs[4], SG_SCENE_PARAM_RESET) > 0.5;
  gboolean held = sg_tensor_get (inputs[3], SG_SCENE_HOLD) > 0.5;
  gboolean differs;

  measure (inputs, scene);
  differs = scene[SG_SCENE_DISTANCE] > a->distance
      && scene[SG_SCENE_COST] > a->cost;
  scene[SG_SCENE_STRENGTH] = strength > 0 ? MIN (strength, 1) : 0;
  if (reset || !(seen >= 1) || (differs && held)) {
    scene[SG_SCENE_RESTART] = scene[SG_SCENE_SEEN] = 1;
    scene[SG_SCENE_NOISE] = 0;
  } else if (differs) {
    scene[SG_SCENE_RESTART] = scene[SG_SCENE_HOLD] = scene[SG_SCENE_CUT] = 1;
    scene[SG_SCENE_SEEN] = seen;
    scene[SG_SCENE_NOISE] = sg_tensor_get (inputs[3], SG_SCENE_NOISE);
  } else {
    gdouble before = sg_tensor_get (inputs[3], SG_SCENE_NOISE);

    scene[SG_SCENE_CUT] = held ? -1 : 0;
    scene[SG_SCENE_SEEN] = MIN (seen + 1, 65536);
    if (seen >= 2)
      scene[SG_SCENE_NOISE] = before + (scene[SG_SCENE_NOISE] - before) / 4;
  }
  for (guint i = 0; i < SG_SCENE_N; i++)
    ref_store (outputs[0], i, scene[i]);
  return TRUE;
}
