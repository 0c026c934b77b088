/* gst-stylegan: checkop, Div
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_div (Check * check)
{
  check_broadcast (check, CHECK_EXACT, "", "");
  CHECK ("i64", "i64[3,1] i64[1,4]@1:20", CHECK_EXACT, .expect = "[3,4]");
  CHECK ("f16", "f16[3,5] f16[3,5]@1:2", CHECK_EXACT);
  CHECK ("mixed-types", "f32[3] i64[3]", CHECK_EXACT, .flags = CHECK_REFUSED);
}
