/* gst-stylegan: checkop, Max
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_max (Check * check)
{
  check_broadcast (check, CHECK_EXACT, "", "");
  CHECK ("i64", "i64[3,1] i64[1,4]", CHECK_EXACT, .expect = "[3,4]");
  CHECK ("f16", "f16[3,5] f16[3,5]", CHECK_EXACT);
  CHECK ("mixed-types", "f32[3] i64[3]", CHECK_EXACT, .flags = CHECK_REFUSED);
  CHECK ("one-input", "f32[1,3,5,7]", CHECK_EXACT);
  CHECK ("three-inputs", "f32[1,3,5,7] f32[3,1,1] f32[]", CHECK_EXACT,
      .expect = "[1,3,5,7]");
  CHECK ("not-finite", "f32[1,3,5,7] f32[1,3,5,7]", CHECK_EXACT,
      .flags = CHECK_NOT_FINITE);
}
