/* gst-stylegan: checkop, Squeeze
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_squeeze (Check * check)
{
  CHECK ("all", "f32[1,3,1,5]", CHECK_EXACT, .expect = "[3,5]");
  CHECK ("some", "f32[1,3,1,5] i64{2}", CHECK_EXACT, .expect = "[1,3,5]");
  CHECK ("negative", "f32[1,3,1,5] i64{-2,0}", CHECK_EXACT, .expect = "[3,5]");
  CHECK ("to-scalar", "f32[1,1]", CHECK_EXACT, .expect = "[]");
  CHECK ("i64", "i64[1]  i64{0}", CHECK_EXACT, .expect = "[]");
  CHECK ("not-1", "f32[1,3] i64{1}", CHECK_EXACT, .flags = CHECK_REFUSED);
  CHECK ("bad-axis", "f32[1,3] i64{2}", CHECK_EXACT, .flags = CHECK_REFUSED);
}
