/* gst-stylegan: seeded random numbers for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rng.h"

TestRng
test_rng (guint64 seed, const gchar * name)
{
  TestRng rng = { seed };

  for (; name && *name; name++)
    rng.state = test_rng_next (&rng) ^ (guchar) * name;
  return rng;
}

guint64
test_rng_next (TestRng * rng)
{
  guint64 z = (rng->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

gdouble
test_rng_uniform (TestRng * rng, gdouble low, gdouble high)
{
  return low + (high - low) * ((test_rng_next (rng) >> 11) * 0x1p-53);
}

guint
test_rng_below (TestRng * rng, guint n)
{
  return (guint) (test_rng_next (rng) % n);
}

void
test_rng_fill (TestRng * rng, SgTensor * tensor, gdouble low, gdouble high)
{
  gint64 n = sg_tensor_elements (tensor);

  for (gint64 i = 0; i < n; i++)
    sg_dtype_store (tensor->desc.dtype, tensor->data, (gsize) i,
        test_rng_uniform (rng, low, high));
}
