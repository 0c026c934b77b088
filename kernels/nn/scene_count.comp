/* gst-stylegan: scene_change, first part: histograms
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * now, before [1,1,h,w] luma, cost [1,1,..] (f32 or f16 alike) -> counts
 * [n_parts][SCENE_WORDS] (common/scene.glsl). A group counts its share of each input in
 * shared memory, in integers: the same in any order. An invocation has 8 elements that
 * lie together at a time; of those that are alike only the first counts, for all.
 * Memory, 480x270 f16 each: 0.8 MB, and 5 kB per group. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/flow.glsl"
#include "common/scene.glsl"
#include "push/scene_change.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;

TENSOR_IN (now, 0, F16)
TENSOR_IN (before, 1, F16)
TENSOR_IN (cost, 2, F16)
layout (std430, set = 0, binding = 3) writeonly buffer Counts {
  uint counts[];
};

shared uint bins[SCENE_WORDS];

/* Neighbours that fall into the same bin are counted together. */
uint run_bin, run_length;

void
end_run ()
{
  if (run_length > 0u)
    atomicAdd (bins[run_bin >> 1], run_length << (16u * (run_bin & 1u)));
  run_length = 0u;
}

void
count (uint bin)
{
  if (bin != run_bin)
    end_run ();
  run_bin = bin;
  run_length++;
}

uint
section_of (uint i)
{
  const uint row = i / push.width, column = i - row * push.width;

  return row * SCENE_SECTIONS / push.height * SCENE_SECTIONS
      + column * SCENE_SECTIONS / push.width;
}

uint
luma_bin (uint i, float v)
{
  return section_of (i) * SCENE_BINS
      + uint (flow_luma (v)) * SCENE_BINS / 256u;
}

uint
cost_bin (float v)
{
  return SCENE_COSTS + (isnan (v) || v <= 0.0 ? 0u
      : v >= float (SCENE_MAX_COST) ? SCENE_MAX_COST : uint (roundEven (v)));
}

/* 8 elements for each invocation, group after group: the groups' shares differ by no
 * more than one such step. */
void
count_pictures ()
{
  const uint n = push.height * push.width;
  const uint pace = push.n_parts * gl_WorkGroupSize.x * 8u;

  for (uint i = linear_invocation () * 8u; i < n; i += pace) {
    vec4 a, b, c, d;

    now_load8 (i, a, b);
    before_load8 (i, c, d);
    for (uint k = 0u; k < 8u && i + k < n; k++)
      count (luma_bin (i + k, k < 4u ? a[k] : b[k - 4u]));
    for (uint k = 0u; k < 8u && i + k < n; k++)
      count (SCENE_PICTURE + luma_bin (i + k, k < 4u ? c[k] : d[k - 4u]));
  }
}

void
count_costs ()
{
  const uint pace = push.n_parts * gl_WorkGroupSize.x * 8u;

  for (uint i = linear_invocation () * 8u; i < push.n_costs; i += pace) {
    vec4 a, b;

    cost_load8 (i, a, b);
    for (uint k = 0u; k < 8u && i + k < push.n_costs; k++)
      count (cost_bin (k < 4u ? a[k] : b[k - 4u]));
  }
}

void
main ()
{
  const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;

  run_bin = run_length = 0u;
  for (uint i = lane; i < SCENE_WORDS; i += lanes)
    bins[i] = 0u;
  barrier ();
  count_pictures ();
  count_costs ();
  end_run ();
  barrier ();
  for (uint i = lane; i < SCENE_WORDS; i += lanes)
    counts[gl_WorkGroupID.x * SCENE_WORDS + i] = bins[i];
}
