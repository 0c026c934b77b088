/* gst-stylegan: checkop, Relu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_relu (Check * check)
{
  check_elementwise (check, NULL, CHECK_EXACT, CHECK_NOT_FINITE);
  CHECK ("i32", "i32[3,17]", CHECK_EXACT);
  CHECK ("i64", "i64[3,17]", CHECK_EXACT);
  CHECK ("f16", "f16[1,3,5,7]", CHECK_EXACT);
  CHECK ("refuses-bool", "bool[4]", CHECK_EXACT, .flags = CHECK_REFUSED);
}
