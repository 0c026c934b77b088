/* gst-stylegan: checkop, Gather
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gather.h"
#include "checkop.h"

void
check_gather (Check * check)
{
  CHECK ("one", "f32[5,3] i64(2)", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = 0), .expect = "[3]");
  CHECK ("channels", "f32[1,3,5,7] i64{2,1,0}", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = 1), .expect = "[1,3,5,7]");
  CHECK ("negative", "f32[1,3,5,7] i64{-1,-7}", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = -1), .expect = "[1,3,5,2]");
  CHECK ("shape-entry", "i64{1,3,360,640} i64(3)", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = 0), .expect = "[]");
  CHECK ("computed", "f32[5,3] i64[2,2]@0:4.9", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = 0), .expect = "[2,2,3]");
  CHECK ("i32-indices", "f32[5,3] i32{0,4}", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = 0));
  CHECK ("out-of-range", "f32[5,3] i64{5}", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = 0), .flags = CHECK_REFUSED);
  CHECK ("out-of-range-below", "f32[5,3] i64{-6}", CHECK_EXACT,
      .attrs = ATTRS (SgGatherAttrs, .axis = 0), .flags = CHECK_REFUSED);
}
