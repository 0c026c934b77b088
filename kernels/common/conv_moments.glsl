/* gst-stylegan: moments of a convolution's workgroup
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Included behind the local size, with MOMENTS_CHANNELS channels, each of which
 * MOMENTS_SLOTS invocations have values of. In a fixed order, so that results are the
 * same in each run. */

const uint MOMENTS_ROOM = HAS_MOMENTS ? MOMENTS_CHANNELS * MOMENTS_SLOTS : 1u;

shared vec3 moments_slots_[MOMENTS_ROOM];

/* One more value into a part, for few values (Welford's method). */
vec3
moments_add (vec3 part, float v)
{
  const float n = part.x + 1.0, d = v - part.y, mean = part.y + d / n;

  return vec3 (n, mean, fma (d, v - mean, part.z));
}

void
conv_moments_put (uint channel, uint slot, vec3 part)
{
  moments_slots_[channel * MOMENTS_SLOTS + slot] = part;
}

/* Once all have put theirs; called by all. @first, @end: channels of y */
void
conv_moments_write (uint n, uint first, uint end)
{
  barrier ();
  for (uint c = gl_LocalInvocationIndex; c < MOMENTS_CHANNELS;
      c += gl_WorkGroupSize.x * gl_WorkGroupSize.y) {
    vec3 part = vec3 (0.0);

    if (first + c >= end)
      break;
    for (uint i = 0u; i < MOMENTS_SLOTS; i++)
      part = moments_merge (part, moments_slots_[c * MOMENTS_SLOTS + i]);
    conv_part (n, first + c, conv_part_index (), part);
  }
}
