/* gst-stylegan: reference for products of matrices
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ref/integer.h"

G_BEGIN_DECLS

/* Where the elements of a row or a column are. */
typedef struct
{
  const SgTensor *tensor;
  gint64 start, stride;
} RefVector;

/* The sum of a[i] * b[i] for i < @n. */
static inline gdouble
ref_dot (RefVector a, RefVector b, gint64 n)
{
  gdouble sum = 0;

  for (gint64 i = 0; i < n; i++)
    sum += sg_tensor_get (a.tensor, a.start + i * a.stride)
        * sg_tensor_get (b.tensor, b.start + i * b.stride);
  return sum;
}

/* The same for integers, modulo 2^64. */
static inline guint64
ref_dot_integer (RefVector a, RefVector b, gint64 n)
{
  guint64 sum = 0;

  for (gint64 i = 0; i < n; i++)
    sum += ref_load_integer (a.tensor, a.start + i * a.stride)
        * ref_load_integer (b.tensor, b.start + i * b.stride);
  return sum;
}

G_END_DECLS
