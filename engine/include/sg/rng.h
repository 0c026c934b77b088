/* gst-stylegan: random numbers that depend on nothing but where they are used
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Counter-based: number i of stream (seed, a, b) is the same whoever draws what
 * before it, so that a training that goes on after a break draws the same ones. The
 * mixing function is splitmix64's (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, 2014).
 *
 * Thread-safety: one thread at a time per SgRng. */
typedef struct
{
  guint64 key, counter;
} SgRng;

/* @a, @b: what the numbers are for, such as a step and a place in the batch */
void sg_rng_init (SgRng * rng, guint64 seed, guint64 a, guint64 b);
guint64 sg_rng_next (SgRng * rng);
/* In [0, 1). */
gdouble sg_rng_uniform (SgRng * rng);
/* In [low, high). */
gdouble sg_rng_range (SgRng * rng, gdouble low, gdouble high);
/* 0 .. n - 1, n > 0. */
guint64 sg_rng_below (SgRng * rng, guint64 n);
/* Mean 0, variance 1 (Box and Muller). */
gdouble sg_rng_normal (SgRng * rng);

G_END_DECLS
