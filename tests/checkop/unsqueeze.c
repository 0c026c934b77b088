/* gst-stylegan: checkop, Unsqueeze
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_unsqueeze (Check * check)
{
  CHECK ("front", "f32[3,5] i64{0}", CHECK_EXACT, .expect = "[1,3,5]");
  CHECK ("several", "f32[3,5] i64{3,0,1}", CHECK_EXACT,
      .expect = "[1,1,3,1,5]");
  CHECK ("negative", "f32[3,5] i64{-1}", CHECK_EXACT, .expect = "[3,5,1]");
  CHECK ("scalar", "i64[] i64{0}", CHECK_EXACT, .expect = "[1]");
  CHECK ("twice", "f32[3] i64{0,0}", CHECK_EXACT, .flags = CHECK_REFUSED);
  CHECK ("bad-axis", "f32[3] i64{2}", CHECK_EXACT, .flags = CHECK_REFUSED);
  CHECK ("too-many", "f32[1,1,1,1,1,1,1,1] i64{0}", CHECK_EXACT,
      .flags = CHECK_REFUSED);
}
