/* gst-stylegan: checkop, HardSigmoid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/hard_sigmoid.h"
#include "checkop.h"

void
check_hard_sigmoid (Check * check)
{
  check_elementwise (check, ATTRS (SgHardSigmoidAttrs, .alpha = 0.2f, .beta =
          0.5f), CHECK_ROUNDED, 0);
  KEEP 0 ();
}
