/* gst-stylegan: reference for HardSwish
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/unary.h"

/* CLAMP leaves NaN as it is. */
static gdouble
hard_swish (gdouble x)
{
  gdouble y = x / 6 + 0.5;

  return x * CLAMP (y, 0, 1);
}

REF_DEFINE_UNARY (hard_swish, hard_swish (x))
