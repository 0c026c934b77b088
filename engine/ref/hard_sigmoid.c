/* gst-stylegan: reference for HardSigmoid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/hard_sigmoid.h"
#include "ref/unary.h"

/* CLAMP leaves NaN as it is. */
static gdouble
hard_sigmoid (const SgHardSigmoidAttrs * attrs, gdouble x)
{
  gdouble y = attrs->alpha * x + attrs->beta;

  return CLAMP (y, 0, 1);
}

REF_DEFINE_UNARY (hard_sigmoid, hard_sigmoid (call->attrs, x))
