/* gst-stylegan: checkop, Expand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_expand (Check * check)
{
  CHECK ("channels", "f32[1,3,1,1] i64{1,3,5,7}", CHECK_EXACT,
      .expect = "[1,3,5,7]");
  CHECK ("more-dimensions", "f32[3,1] i64{2,1,4}", CHECK_EXACT,
      .expect = "[2,3,4]");
  CHECK ("smaller", "f32[2,3] i64{1}", CHECK_EXACT, .expect = "[2,3]");
  CHECK ("i64", "i64[3,1] i64{3,4}", CHECK_EXACT, .expect = "[3,4]");
  CHECK ("mismatch", "f32[3] i64{4}", CHECK_EXACT, .flags = CHECK_REFUSED);
}
