/* gst-stylegan: checkop, Floor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_floor (Check * check)
{
  check_elementwise (check, NULL, CHECK_EXACT, CHECK_NOT_FINITE);
  CHECK ("f16", "f16[1,3,5,7]", CHECK_EXACT);
  CHECK ("refuses-integers", "i32[4]", CHECK_EXACT, .flags = CHECK_REFUSED);
  CHECK ("wide", "f32[1,3,67,71]@-1000:1000", CHECK_EXACT);
  CHECK ("beyond-integers", "f32[1,3,67,71]@-1e11:1e11", CHECK_EXACT);
}
