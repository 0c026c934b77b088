/* gst-stylegan: checkop, LeakyRelu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/leaky_relu.h"
#include "checkop.h"

void
check_leaky_relu (Check * check)
{
  check_elementwise (check, ATTRS (SgLeakyReluAttrs, .alpha = 0.01f),
      CHECK_ROUNDED, CHECK_NOT_FINITE);
  CHECK ("alpha", "f32[1,3,17,19]", CHECK_ROUNDED,
      .attrs = ATTRS (SgLeakyReluAttrs, .alpha = 0.2f));
  /* neither max nor min of x and alpha * x does for all of these */
  CHECK ("alpha-above-1", "f32[1,3,17,19]", CHECK_ROUNDED,
      .attrs = ATTRS (SgLeakyReluAttrs, .alpha = 1.5f));
  CHECK ("alpha-negative", "f32[1,3,17,19]", CHECK_ROUNDED,
      .attrs = ATTRS (SgLeakyReluAttrs, .alpha = -0.5f));
}
