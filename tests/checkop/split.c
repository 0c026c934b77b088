/* gst-stylegan: checkop, Split
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/split.h"
#include "checkop.h"

void
check_split (Check * check)
{
  CHECK ("equal", "f32[1,6,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgSplitAttrs, .axis = 1), .n_outputs = 3,
      .expect = "[1,2,5,7] [1,2,5,7] [1,2,5,7]");
  CHECK ("sizes", "f32[2,6,5,7] i64{1,3,2}", CHECK_EXACT,
      .attrs = ATTRS (SgSplitAttrs, .axis = 1), .n_outputs = 3,
      .expect = "[2,1,5,7] [2,3,5,7] [2,2,5,7]");
  CHECK ("last-axis", "f32[3,7] i64{3,4}", CHECK_EXACT,
      .attrs = ATTRS (SgSplitAttrs, .axis = -1), .n_outputs = 2,
      .expect = "[3,3] [3,4]");
  CHECK ("smaller-last", "f32[7]", CHECK_EXACT,
      .attrs = ATTRS (SgSplitAttrs, .axis = 0, .num_outputs = 2),
      .n_outputs = 2, .expect = "[4] [3]");
  CHECK ("one", "f32[3,7]", CHECK_EXACT,
      .attrs = ATTRS (SgSplitAttrs, .axis = 0), .n_outputs = 1);
  CHECK ("sum-is-wrong", "f32[7] i64{3,5}", CHECK_EXACT,
      .attrs = ATTRS (SgSplitAttrs, .axis = 0), .n_outputs = 2,
      .flags = CHECK_REFUSED);
  CHECK ("negative", "f32[7] i64{-1,8}", CHECK_EXACT,
      .attrs = ATTRS (SgSplitAttrs, .axis = 0), .n_outputs = 2,
      .flags = CHECK_REFUSED);
}
