/* gst-stylegan: checkop, Exp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_exp (Check * check)
{
  check_elementwise (check, NULL, CHECK_FUNCTION, CHECK_NOT_FINITE);
  CHECK ("f16", "f16[1,3,5,7]", CHECK_FUNCTION);
  CHECK ("refuses-integers", "i32[4]", CHECK_EXACT, .flags = CHECK_REFUSED);
  CHECK ("wide", "f32[1,3,67,71]@-20:20", CHECK_FUNCTION);
  CHECK ("very-wide", "f32[1,3,67,71]@-110:100", CHECK_FUNCTION);
}
