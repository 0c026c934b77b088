/* gst-stylegan: checkop, Abs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_abs (Check * check)
{
  check_elementwise (check, NULL, CHECK_EXACT, CHECK_NOT_FINITE);
  CHECK ("i32", "i32[3,17]", CHECK_EXACT);
  CHECK ("i64", "i64[3,17]", CHECK_EXACT);
}
