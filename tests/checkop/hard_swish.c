/* gst-stylegan: checkop, HardSwish
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_hard_swish (Check * check)
{
  check_elementwise (check, NULL, CHECK_ROUNDED, 0);
  CHECK ("wide", "f32[1,3,67,71]@-20:20", CHECK_ROUNDED);
}
