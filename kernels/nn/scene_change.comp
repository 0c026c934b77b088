/* gst-stylegan: scene_change, second part: what the filter over time is to do
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * counts (nn/scene_count.comp), scene before [8], parameters [2] -> scene [8], all f32
 * but for the counts (ops/temporal.h). One group: adds up the parts, each section's
 * distance by one invocation in a fixed order, quantiles of the cost by running sums.
 * Memory: 5 kB per part. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/scene.glsl"
#include "push/scene_change.h"

layout (local_size_x_id = 0) in;

layout (std430, set = 0, binding = 0) readonly buffer Counts {
  uint counts[];
};
TENSOR_IN (past, 1, false)
TENSOR_IN (parameter, 2, false)
TENSOR_OUT (scene, 3, false)

/* Same numbers in ops/temporal.h. */
const uint STRENGTH = 0u;
const uint RESTART = 1u;
const uint HOLD = 2u;
const uint NOISE = 3u;
const uint CUT = 4u;
const uint SEEN = 5u;
const uint DISTANCE = 6u;
const uint COST = 7u;
const uint PARAM_STRENGTH = 0u;
const uint PARAM_RESET = 1u;
const float MAX_NOISE = 10.0;
const float MAX_SEEN = 65536.0;

const uint N_SECTIONS = SCENE_SECTIONS * SCENE_SECTIONS;

shared uint bins[2u * SCENE_WORDS];
shared uint run_sums[gl_WorkGroupSize.x];
shared float distances[N_SECTIONS];
shared float median, quartile;

void
add_parts ()
{
  for (uint i = gl_LocalInvocationID.x; i < SCENE_WORDS;
      i += gl_WorkGroupSize.x) {
    uint low = 0u, high = 0u;

    for (uint part = 0u; part < push.n_parts; part++) {
      const uint word = counts[part * SCENE_WORDS + i];

      low += word & 0xffffu;
      high += word >> 16;
    }
    bins[2u * i] = low;
    bins[2u * i + 1u] = high;
  }
}

/* 1/2 sum (p - q)^2 / (p + q) of shares p, q */
float
section_distance (uint section)
{
  precise float sum = 0.0;
  uint n = 0u;

  for (uint b = 0u; b < SCENE_BINS; b++) {
    const uint p = bins[section * SCENE_BINS + b];
    const uint q = bins[SCENE_PICTURE + section * SCENE_BINS + b];
    const float d = float (int (p) - int (q));

    n += p;
    if (p + q > 0u)
      sum += d * d / float (p + q);
  }
  return n > 0u ? sum / (2.0 * float (n)) : 0.0;
}

/* The smallest costs that more than a half and more than a quarter of all do not exceed:
 * each invocation looks through a run of bins. */
void
find_quantiles ()
{
  const uint lanes = gl_WorkGroupSize.x, lane = gl_LocalInvocationID.x;
  const uint per_lane = (SCENE_MAX_COST + lanes) / lanes;
  const uint begin = min (lane * per_lane, SCENE_MAX_COST + 1u);
  const uint end = min (begin + per_lane, SCENE_MAX_COST + 1u);
  uint below = 0u;

  run_sums[lane] = 0u;
  for (uint i = begin; i < end; i++)
    run_sums[lane] += bins[SCENE_COSTS + i];
  barrier ();
  for (uint i = 0u; i < lane; i++)
    below += run_sums[i];
  for (uint i = begin; i < end; i++) {
    const uint next = below + bins[SCENE_COSTS + i];

    if (below * 2u <= push.n_costs && next * 2u > push.n_costs)
      median = float (i) / 8.0;
    if (below * 4u <= push.n_costs && next * 4u > push.n_costs)
      quartile = float (i) / 8.0;
    below = next;
  }
}

void
decide ()
{
  const float seen = past_load (SEEN), before = past_load (NOISE);
  const float strength = parameter_load (PARAM_STRENGTH);
  const bool reset = parameter_load (PARAM_RESET) > 0.5;
  const bool held = past_load (HOLD) > 0.5;
  precise float distance_ = 0.0;
  float noise = min (quartile * 0.886226925, MAX_NOISE); /* sqrt (pi) / 2 */
  bool differs;

  for (uint s = 0u; s < N_SECTIONS; s++)
    distance_ += distances[s];
  distance_ = distance_ / float (N_SECTIONS);
  differs = distance_ > push.distance && median > push.cost;
  scene_store (STRENGTH, strength > 0.0 ? min (strength, 1.0) : 0.0);
  scene_store (DISTANCE, distance_);
  scene_store (COST, median);
  if (reset || !(seen >= 1.0) || (differs && held)) {
    scene_store (RESTART, 1.0);
    scene_store (HOLD, 0.0);
    scene_store (CUT, 0.0);
    scene_store (SEEN, 1.0);
    noise = 0.0;
  } else if (differs) {
    scene_store (RESTART, 1.0);
    scene_store (HOLD, 1.0);
    scene_store (CUT, 1.0);
    scene_store (SEEN, seen);
    noise = before;
  } else {
    scene_store (RESTART, 0.0);
    scene_store (HOLD, 0.0);
    scene_store (CUT, float (held ? -1 : 0));
    scene_store (SEEN, min (seen + 1.0, MAX_SEEN));
    if (seen >= 2.0)
      noise = before + (noise - before) / 4.0;
  }
  scene_store (NOISE, noise);
}

void
main ()
{
  add_parts ();
  barrier ();
  if (gl_LocalInvocationID.x < N_SECTIONS)
    distances[gl_LocalInvocationID.x] = section_distance (gl_LocalInvocationID.x);
  find_quantiles ();
  barrier ();
  if (gl_LocalInvocationID.x == 0u)
    decide ();
}
