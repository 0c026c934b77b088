/* gst-stylegan: seeded random numbers for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/tensor.h>

G_BEGIN_DECLS

/* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014): any seed is a good one, and the same everywhere. */
typedef struct
{
  guint64 state;
} TestRng;

/* A generator for @seed and a name, so that adding a test leaves the numbers of
 * the others alone. @name may be NULL. */
TestRng test_rng (guint64 seed, const gchar * name);
guint64 test_rng_next (TestRng * rng);
/* Uniform in low .. high. */
gdouble test_rng_uniform (TestRng * rng, gdouble low, gdouble high);
/* 0 .. n - 1 */
guint test_rng_below (TestRng * rng, guint n);
/* Fills every element of @tensor, uniform in low .. high. */
void test_rng_fill (TestRng * rng, SgTensor * tensor, gdouble low,
    gdouble high);

G_END_DECLS
