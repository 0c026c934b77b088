/* gst-stylegan: random numbers that depend on nothing but where they are used
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/rng.h>

#include <math.h>

#define GOLDEN G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

static guint64
mix (guint64 z)
{
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

void
sg_rng_init (SgRng * rng, guint64 seed, guint64 a, guint64 b)
{
  rng->key = mix (mix (mix (seed + GOLDEN) + a + GOLDEN) + b + GOLDEN);
  rng->counter = 0;
}

guint64
sg_rng_next (SgRng * rng)
{
  return mix (rng->key + ++rng->counter * GOLDEN);
}

gdouble
sg_rng_uniform (SgRng * rng)
{
  return (gdouble) (sg_rng_next (rng) >> 11) * 0x1p-53;
}

gdouble
sg_rng_range (SgRng * rng, gdouble low, gdouble high)
{
  return low + (high - low) * sg_rng_uniform (rng);
}

guint64
sg_rng_below (SgRng * rng, guint64 n)
{
  g_return_val_if_fail (n > 0, 0);
  return sg_rng_next (rng) % n;
}

gdouble
sg_rng_normal (SgRng * rng)
{
  gdouble u = 1 - sg_rng_uniform (rng), v = sg_rng_uniform (rng);

  return sqrt (-2 * log (u)) * cos (2 * G_PI * v);
}
