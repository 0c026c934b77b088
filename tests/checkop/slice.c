/* gst-stylegan: checkop, Slice
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_slice (Check * check)
{
  CHECK ("crop", "f32[1,3,17,19] i64{2,3} i64{15,16} i64{2,3}", CHECK_EXACT,
      .expect = "[1,3,13,13]");
  CHECK ("no-axes", "f32[5,7] i64{1,2} i64{4,6}", CHECK_EXACT,
      .expect = "[3,4]");
  CHECK ("negative", "f32[5,7] i64{-3,-6} i64{-1,-2} i64{-2,-1}", CHECK_EXACT,
      .expect = "[2,4]");
  CHECK ("steps", "f32[1,3,17,19] i64{0,1} i64{17,19} i64{2,3} i64{2,3}",
      CHECK_EXACT, .expect = "[1,3,9,6]");
  /* what exporters write to reverse: end is the smallest number there is */
  CHECK ("reverse",
      "f32[3,7] i64{-1} i64{-9223372036854775807} i64{0} i64{-1}", CHECK_EXACT,
      .expect = "[3,7]");
  CHECK ("reverse-by-2", "f32[1,3,5,7] i64{6} i64{-100} i64{3} i64{-2}",
      CHECK_EXACT, .expect = "[1,3,5,4]");
  CHECK ("to-the-end", "f32[3,7] i64{2} i64{9223372036854775807} i64{1}",
      CHECK_EXACT, .expect = "[3,5]");
  CHECK ("beyond", "f32[3,7] i64{10} i64{20} i64{1}", CHECK_EXACT,
      .expect = "[3,0]");
  CHECK ("i64", "i64[6] i64{1} i64{5} i64{0} i64{2}", CHECK_EXACT,
      .expect = "[2]");
  CHECK ("i32-ranges", "f32[5,7] i32{1} i32{4} i32{1}", CHECK_EXACT,
      .expect = "[5,3]");
  CHECK ("step-0", "f32[5] i64{0} i64{5} i64{0} i64{0}", CHECK_EXACT,
      .flags = CHECK_REFUSED);
  CHECK ("bad-axis", "f32[5] i64{0} i64{5} i64{1}", CHECK_EXACT,
      .flags = CHECK_REFUSED);
  CHECK ("twice", "f32[5,7] i64{0,0} i64{3,3} i64{1,-1}", CHECK_EXACT,
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] i64{8,8} i64{172,312} i64{2,3}",
      CHECK_EXACT);
}
