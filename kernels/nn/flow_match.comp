/* gst-stylegan: flow_match (now, before [1,1,H,W], coarse flow) -> flow [1,2,h,w],
 * cost [1,1,h,w]: block matching (ops/flow.h)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * All tensors f32 or f16 alike. A workgroup has ACROSS blocks in x and as many in y as
 * its size gives; WINDOW invocations have a block, each of them one row of the window.
 * Vectors are tried in rounds of up to 10, all of a round together: sums of rows go to
 * shared memory, two in a word, and are added up there.
 *
 * What the group's vectors lead to in the picture before is one rectangle of shared
 * memory, four pixels in a word. Where they lead too far apart for that, pixels are
 * taken from memory instead. Differences are taken of floats, 2^23 + luma, which is
 * exact and lets bytes be used without converting them.
 *
 * Memory, 1920x1080 f16: 8.3 MB for both pictures, read 2 to 4 times from caches, as the
 * rectangles of neighbouring groups overlap; 6 bytes per block out, coarse vectors in: 0.2
 * MB for blocks of 8, 0.9 MB for blocks of 4. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "common/flow.glsl"
#include "push/flow_match.h"

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const bool F16 = false;
layout (constant_id = 2) const uint WINDOW = 8;
layout (constant_id = 3) const int RADIUS = 0;
layout (constant_id = 4) const bool SUBPIXEL = false;
layout (constant_id = 5) const uint ACROSS = 4;
layout (constant_id = 6) const bool WRAP = false;

TENSOR_IN (now, 0, F16)
TENSOR_IN (before, 1, F16)
TENSOR_IN (coarse, 2, F16)
layout (std430, set = 0, binding = 3) buffer Flow {
  uint flow_words[];
};
layout (std430, set = 0, binding = 4) buffer Cost {
  uint cost_words[];
};

const uint MAX_BLOCKS = gl_WorkGroupSize.x / 8u;
const uint N_CANDIDATES = 10u;
const uint N_PAIRS = N_CANDIDATES / 2u;
const uint MAX_TILE = 2048u;    /* words */
const uint NO_VECTOR = 0x80008000u;     /* two of 16 bits in a word */
const uint UNUSED = 0xffffffffu;
const int MAX_INT = 0x7fffffff;
const uint SIDE = uint (2 * RADIUS + 1);
const uint N_SEARCHES = RADIUS > 0 ? (SIDE * SIDE + 9u) / 10u : 0u;
const uint N_ROUNDS = 1u + N_SEARCHES + (SUBPIXEL ? 1u : 0u);
const uint BIAS = 0x4b000000u;  /* 2^23 as float */

const ivec2 around[9] = ivec2[9] (ivec2 (0, 0), ivec2 (-1, 0), ivec2 (1, 0),
    ivec2 (0, -1), ivec2 (0, 1), ivec2 (-1, -1), ivec2 (1, -1), ivec2 (-1, 1),
    ivec2 (1, 1));

shared uint tile[MAX_TILE];
shared int tile_left, tile_right, tile_top, tile_bottom;
shared uint row_sums[gl_WorkGroupSize.x * N_PAIRS];
shared uint candidates[MAX_BLOCKS * N_CANDIDATES];      /* before rounding */
shared uint vectors[MAX_BLOCKS * N_CANDIDATES]; /* of this round */
shared uint sums[MAX_BLOCKS * N_CANDIDATES];
shared ivec3 results[MAX_BLOCKS];       /* u, v in steps, cost */

/* Of this invocation: number of its block in the group, and row of the window. */
uint block, lane;
ivec2 centre;
vec4 now_row[4];

/* The tile: first pixel, a multiple of 4; words per row; 0 where it is not used. */
ivec2 tile_at;
int tile_pitch;

struct Match
{
  ivec2 at;                     /* whole pixels of the level */
  ivec2 steps;                  /* the candidate before rounding, in 1/8 px */
  int sum, rating;
};

uint
picture_index (int x, int y)
{
  return uint (clamp (y, 0, push.height - 1) * push.width
      + flow_column (x, push.width, WRAP));
}

bool
is_inside (ivec2 v)
{
  const ivec2 at = centre + v;

  return (WRAP || (at.x >= 0 && at.x < push.width)) && at.y >= 0
      && at.y < push.height;
}

void
load_now ()
{
  const ivec2 from = centre - int (WINDOW / 2u);

  for (uint i = 0u; i < WINDOW / 4u; i++)
    for (int k = 0; k < 4; k++)
      now_row[i][k] = uintBitsToFloat (BIAS
          + uint (flow_luma (now_load (picture_index (from.x + int (i) * 4 + k,
                          from.y + int (lane))))));
}

/* Four pixels of the picture before, from @x on, a multiple of 4. */
uint
load_before (int x, int y)
{
  vec4 v;

  if ((push.width & 3) == 0 && (WRAP || (x >= 0 && x < push.width))) {
    v = before_load4 (picture_index (x, y));
  } else {
    for (int k = 0; k < 4; k++)
      v[k] = before_load (picture_index (x + k, y));
  }
  return uint (flow_luma (v.x) | flow_luma (v.y) << 8 | flow_luma (v.z) << 16
      | flow_luma (v.w) << 24);
}

/* --- sums of differences --------------------------------------------------- */

float
differences (vec4 a, uint bytes)
{
  const vec4 b = uintBitsToFloat (uvec4 (BIAS) + (uvec4 (bytes, bytes >> 8,
              bytes >> 16, bytes >> 24) & 255u));
  const vec4 d = abs (a - b);

  return d.x + d.y + d.z + d.w;
}

/* Of this invocation's row, with the window moved by @v, in the tile. */
uint
row_sum (ivec2 v)
{
  const ivec2 at = centre - int (WINDOW / 2u) + ivec2 (0, lane) + v - tile_at;
  const uint first = uint (at.y * tile_pitch + (at.x >> 2));
  const uint shift = uint (at.x & 3) * 8u;
  uint word = tile[first];
  float sum = 0.0;

  for (uint i = 0u; i < WINDOW / 4u; i++) {
    const uint next = tile[first + i + 1u];

    /* << 1 apart: a shift by 32 is undefined */
    sum += differences (now_row[i],
        word >> shift | (next << 1) << (31u - shift));
    word = next;
  }
  return uint (sum);
}

/* Pixel @i of the row, from the pictures themselves. */
uint
far_difference (int i, ivec2 v)
{
  const ivec2 at = centre - int (WINDOW / 2u) + ivec2 (i, lane);

  return uint (abs (flow_luma (now_load (picture_index (at.x, at.y)))
          - flow_luma (before_load (picture_index (at.x + v.x, at.y + v.y)))));
}

uint
pack (ivec2 v)
{
  return uint (v.x & 0xffff) | uint (v.y) << 16;
}

ivec2
unpack (uint v)
{
  return ivec2 (bitfieldExtract (int (v), 0, 16), int (v) >> 16);
}

/* This invocation's row for all vectors of the round. */
void
sum_row ()
{
  const uint first = block * N_CANDIDATES;
  const uint at = gl_LocalInvocationID.x * N_PAIRS;
  const uint n_far = tile_pitch > 0 ? 0u : N_CANDIDATES * WINDOW;

  for (uint pair = 0u; pair < N_PAIRS; pair++) {
    uint both = 0u;

    for (uint k = 0u; k < 2u; k++)
      if (tile_pitch > 0 && sums[first + 2u * pair + k] != UNUSED)
        both |= row_sum (unpack (vectors[first + 2u * pair + k])) << (16u * k);
    row_sums[at + pair] = both;
  }
  /* not `else`: software devices run through both branches, but leave loops */
  for (uint i = 0u; i < n_far; i++) {
    const uint k = i / WINDOW;

    if (sums[first + k] != UNUSED)
      row_sums[at + k / 2u] += far_difference (int (i % WINDOW),
          unpack (vectors[first + k])) << (16u * (k & 1u));
  }
}

/* After a barrier: what the rows come to; sums not UNUSED are replaced. Sums of a window
 * are below 2^16. */
void
add_rows ()
{
  for (uint pair = lane; pair < N_PAIRS; pair += WINDOW) {
    const uint at = block * N_CANDIDATES + 2u * pair;
    uint both = 0u;

    for (uint j = 0u; j < WINDOW; j++)
      both += row_sums[(block * WINDOW + j) * N_PAIRS + pair];
    if (sums[at] != UNUSED)
      sums[at] = both & 0xffffu;
    if (sums[at + 1u] != UNUSED)
      sums[at + 1u] = both >> 16;
  }
}

/* --- candidates ------------------------------------------------------------- */

/* Rounded to whole pixels of the level, a half up; the unit is a power of 2. */
ivec2
round_to_pixels (ivec2 steps)
{
  return (2 * steps + FLOW_FRACTION * push.unit)
      >> findMSB (2 * FLOW_FRACTION * push.unit);
}

uint
find_candidate (uint k, ivec2 block_at)
{
  ivec2 at, pixels, v = ivec2 (0);

  if (k < 9u) {
    if (push.coarse_width == 0)
      return NO_VECTOR;
    at = (push.halved != 0 ? block_at / 2 : block_at) + around[k];
    at = ivec2 (flow_column (at.x, push.coarse_width, WRAP),
        clamp (at.y, 0, push.coarse_height - 1));
    v.x = flow_vector (coarse_load (uint (at.y * push.coarse_width + at.x)));
    v.y = flow_vector (coarse_load (uint ((push.coarse_height + at.y)
                * push.coarse_width + at.x)));
  }
  pixels = round_to_pixels (v);
  if (pixels != ivec2 (0) && !is_inside (pixels))
    return NO_VECTOR;
  return pack (v);
}

/* The same pixels tried again could not win: ties go to the first. */
bool
is_tried (uint k, ivec2 v)
{
  for (uint i = 0u; i < k; i++) {
    const uint other = candidates[block * N_CANDIDATES + i];

    if (other != NO_VECTOR && round_to_pixels (unpack (other)) == v)
      return true;
  }
  return false;
}

/* The first round's vectors, and how large the tile gets. */
void
choose_candidates ()
{
  for (uint k = lane; k < N_CANDIDATES; k += WINDOW) {
    const uint i = block * N_CANDIDATES + k;
    const ivec2 v = round_to_pixels (unpack (candidates[i])), at = centre + v;
    const bool used = candidates[i] != NO_VECTOR && !is_tried (k, v);

    if (used) {
      atomicMin (tile_left, at.x);
      atomicMax (tile_right, at.x);
      atomicMin (tile_top, at.y);
      atomicMax (tile_bottom, at.y);
    }
    vectors[i] = pack (v);
    sums[i] = used ? 0u : UNUSED;
  }
}

void
load_tile ()
{
  const int margin = int (WINDOW / 2u) + RADIUS + (SUBPIXEL ? 1 : 0);
  int height;

  tile_at = ivec2 ((tile_left - margin) & ~3, tile_top - margin);
  /* one word more is read than used; odd, so that rows begin in different banks */
  tile_pitch = ((tile_right + margin - tile_at.x + 3) / 4 + 1) | 1;
  height = tile_bottom + margin - tile_at.y;
  if (tile_pitch * height > int (MAX_TILE)) {
    tile_pitch = 0;
    return;
  }
  for (int i = int (gl_LocalInvocationID.x); i < tile_pitch * height;
      i += int (gl_WorkGroupSize.x)) {
    const int row = i / tile_pitch;

    tile[i] = load_before (tile_at.x + (i - row * tile_pitch) * 4,
        tile_at.y + row);
  }
}

/* What candidate @k is rated where it differs by @sum. */
int
candidate_rating (uint k, int sum)
{
  const bool own = k == (push.coarse_width == 0 ? 9u : 0u);

  if (own || RADIUS > 0 || SUBPIXEL)
    return sum;
  return sum + sum / 8 + push.smoothness * int (WINDOW * WINDOW / 64u);
}

void
rate_candidates (inout Match best)
{
  for (uint k = 0u; k < N_CANDIDATES; k++) {
    const uint at = block * N_CANDIDATES + k;
    const int sum = int (sums[at]), rating = candidate_rating (k, sum);

    if (sums[at] != UNUSED && rating < best.rating) {
      best.steps = unpack (candidates[at]);
      best.at = unpack (vectors[at]);
      best.sum = sum;
      best.rating = rating;
    }
  }
}

/* --- around the best ---------------------------------------------------------- */

/* Vector @k of those within RADIUS, row by row. */
ivec2
offset_of (uint k)
{
  return ivec2 (k % SIDE, k / SIDE) - RADIUS;
}

/* The vectors of search round @round_, around @origin. */
void
choose_near (uint round_, ivec2 origin)
{
  for (uint k = lane; k < N_CANDIDATES; k += WINDOW) {
    const uint i = block * N_CANDIDATES + k, j = round_ * N_CANDIDATES + k;
    const ivec2 v = origin + offset_of (j);

    vectors[i] = pack (v);
    sums[i] = j < SIDE * SIDE && j != SIDE * SIDE / 2u && is_inside (v) ? 0u
        : UNUSED;
  }
}

void
rate_near (uint round_, ivec2 origin, inout Match best)
{
  const int fee = push.smoothness * int (WINDOW * WINDOW / 64u);

  for (uint k = 0u; k < N_CANDIDATES; k++) {
    const uint sum = sums[block * N_CANDIDATES + k];
    const ivec2 d = offset_of (round_ * N_CANDIDATES + k);
    const int rating = int (sum) + fee * (abs (d.x) + abs (d.y));

    if (sum != UNUSED && rating < best.rating) {
      best.at = origin + d;
      best.sum = int (sum);
      best.rating = rating;
    }
  }
}

/* One pixel to the left, to the right, above and below. */
void
choose_sides (ivec2 origin)
{
  for (uint k = lane; k < N_CANDIDATES; k += WINDOW) {
    const uint i = block * N_CANDIDATES + k;
    const int d = (k & 1u) == 0u ? -1 : 1;

    vectors[i] = pack (origin + (k < 2u ? ivec2 (d, 0) : ivec2 (0, d)));
    sums[i] = k < 4u ? 0u : UNUSED;
  }
}

/* In 1/8 px of the working resolution, at most half a pixel of the level. */
int
subpixel_offset (int left, int middle, int right)
{
  const int parts = FLOW_FRACTION * push.unit;
  const int slopes = 2 * (max (left, right) - middle), tilt = left - right;

  if (middle == 0 || slopes <= 0
      || abs (tilt) <= push.smoothness * int (WINDOW * WINDOW) / 32)
    return 0;
  return clamp (flow_floor_div (2 * tilt * parts + slopes, 2 * slopes),
      -parts / 2, parts / 2);
}

ivec2
refine (int middle)
{
  const uint at = block * N_CANDIDATES;

  return ivec2 (subpixel_offset (int (sums[at]), middle, int (sums[at + 1u])),
      subpixel_offset (int (sums[at + 2u]), middle, int (sums[at + 3u])));
}

/* All rounds: the candidates, those around the best, its sides. Round 0's vectors are
 * chosen already. In steps. */
ivec2
match_block (out Match best)
{
  ivec2 origin = ivec2 (0);

  best = Match (ivec2 (0), ivec2 (0), 0, MAX_INT);
  for (uint i = 0u; i < N_ROUNDS; i++) {
    if (i > 0u) {
      barrier ();
      if (i <= N_SEARCHES)
        choose_near (i - 1u, origin);
      else
        choose_sides (best.at);
    }
    barrier ();
    sum_row ();
    barrier ();
    add_rows ();
    barrier ();
    if (i == 0u) {
      rate_candidates (best);
      origin = best.at;
    } else if (i <= N_SEARCHES) {
      rate_near (i - 1u, origin, best);
    }
  }
  if (SUBPIXEL)
    return best.at * FLOW_FRACTION * push.unit + refine (best.sum);
  return RADIUS > 0 ? best.at * FLOW_FRACTION * push.unit : best.steps;
}

/* --- storing ------------------------------------------------------------------ */

float
result (uint plane, uint i)
{
  return plane == 2u ? float (results[i].z)
      : float (plane == 0u ? results[i].x : results[i].y)
      / float (FLOW_FRACTION);
}

/* Half of a word of f16, whose other half is another group's: both change their own
 * only. */
void
store_half (uint plane, uint e, float v)
{
  const uint mask = (e & 1u) != 0u ? 0xffff0000u : 0xffffu;
  const uint bits = packHalf2x16 (vec2 (v)) & mask;

  if (plane == 2u) {
    atomicAnd (cost_words[e >> 1], ~mask);
    atomicOr (cost_words[e >> 1], bits);
  } else {
    atomicAnd (flow_words[e >> 1], ~mask);
    atomicOr (flow_words[e >> 1], bits);
  }
}

void
store_word (uint plane, uint i, uint bits)
{
  if (plane == 2u)
    cost_words[i] = bits;
  else
    flow_words[i] = bits;
}

/* Plane (0, 1 of the flow, 2 the cost) of block @i of the group, whose first is at
 * @first. */
void
store (uint plane, uint i, ivec2 first)
{
  const ivec2 in_group = ivec2 (i % ACROSS, i / ACROSS), at = first + in_group;
  const uint e = uint (((plane == 1u ? push.grid_height : 0) + at.y)
      * push.grid_width + at.x);
  const float v = result (plane, i);

  if (at.x >= push.grid_width || at.y >= push.grid_height)
    return;
  if (!F16)
    store_word (plane, e, floatBitsToUint (v));
  else if ((e & 1u) == 0u && in_group.x + 1 < int (ACROSS)
      && at.x + 1 < push.grid_width)
    store_word (plane, e >> 1, packHalf2x16 (vec2 (v, result (plane, i + 1u))));
  else if ((e & 1u) == 0u || in_group.x == 0)
    store_half (plane, e, v);
}

void
main ()
{
  const uint n_blocks = gl_WorkGroupSize.x / WINDOW;
  const ivec2 first = ivec2 (gl_WorkGroupID.xy)
      * ivec2 (ACROSS, n_blocks / ACROSS);
  const int area = int (WINDOW * WINDOW);
  ivec2 block_at, v;
  Match m;

  block = gl_LocalInvocationID.x / WINDOW;
  lane = gl_LocalInvocationID.x % WINDOW;
  /* what would be behind the last block does the same as that */
  block_at = min (first + ivec2 (block % ACROSS, block / ACROSS),
      ivec2 (push.grid_width, push.grid_height) - 1);
  centre = block_at * push.step + push.step / 2;
  if (gl_LocalInvocationID.x == 0u) {
    tile_left = tile_top = MAX_INT;
    tile_right = tile_bottom = -MAX_INT;
  }
  for (uint k = lane; k < N_CANDIDATES; k += WINDOW)
    candidates[block * N_CANDIDATES + k] = find_candidate (k, block_at);
  load_now ();
  barrier ();
  choose_candidates ();
  barrier ();
  load_tile ();
  v = match_block (m);
  v = clamp (v, ivec2 (-FLOW_LIMIT), ivec2 (FLOW_LIMIT));
  if (lane == 0u)
    results[block] = ivec3 (v, (m.sum * 8 + area / 2) / area);
  barrier ();
  for (uint i = gl_LocalInvocationID.x; i < n_blocks * 3u;
      i += gl_WorkGroupSize.x)
    store (i / n_blocks, i % n_blocks, first);
}
