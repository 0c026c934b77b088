/* gst-stylegan: checkop, HardSigmoid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/hard_sigmoid.h"
#include "checkop.h"

void
check_hard_sigmoid (Check * check)
{
  check_elementwise (check, ATTRS (SgHardSigmoidAttrs, .alpha = 0.2f, .beta =
          0.5f), CHECK_ROUNDED, 0);
  CHECK ("wide", "f32[1,3,17,19]@-8:8", CHECK_ROUNDED,
      .attrs = ATTRS (SgHardSigmoidAttrs, .alpha = 1.0f / 6, .beta = 0.5f));
}
