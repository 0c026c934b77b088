/* gst-stylegan: checkop, Sqrt
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_sqrt (Check * check)
{
  check_elementwise (check, NULL, CHECK_EXACT, CHECK_NOT_FINITE);
  CHECK ("f16", "f16[1,3,5,7]", CHECK_EXACT);
  CHECK ("refuses-integers", "i32[4]", CHECK_EXACT, .flags = CHECK_REFUSED);
}
