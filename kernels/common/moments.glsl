/* gst-stylegan: mean and variance in parts
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a kernel leaves behind that takes moments along the way (nn/moments.comp, the
 * convolutions), and nn/moments_merge.comp makes moments [N,C,2] of:
 *
 *   parts: float [N * C][n_parts][3], scratch memory
 *   parts[plane][part] = (count, mean, M2): how many values of channel `plane % C` of
 *   image `plane / C` this part has seen, their mean, and the sum of the squares of
 *   their distances from that mean. count may be 0; then the rest is 0, too.
 *   Every part of every plane is written, in any order; which values are in which part
 *   does not matter, only that it is the same in each run.
 *
 * On the C side: vk_moments_merge () in vulkan/moments.h, which adds the dispatches.
 *
 *   vec3 moments_merge (vec3 a, vec3 b)      of two parts, one
 *   vec3 moments_add8 (vec3 m, vec4 a, vec4 b)   and eight more values
 *
 * Here a part is a vec3. Merging: Chan, Golub, LeVeque: Updating formulae and a
 * pairwise algorithm for computing sample variances, 1979. Nothing is subtracted from
 * anything of its own size, so that no mean, however large, spoils the variance. */

vec3
moments_merge (vec3 a, vec3 b)
{
  const float n = a.x + b.x;
  const float d = b.y - a.y;
  const float share = n > 0.0 ? b.x / n : 0.0;

  if (a.x == 0.0)
    return b;
  return vec3 (n, fma (d, share, a.y), a.z + b.z + d * d * (a.x * share));
}

vec3
moments_add8 (vec3 m, vec4 a, vec4 b)
{
  const vec4 ones = vec4 (1.0);
  const float mean = dot (a + b, ones) * 0.125;
  const vec4 da = a - mean, db = b - mean;

  return moments_merge (m, vec3 (8.0, mean, dot (da, da) + dot (db, db)));
}
