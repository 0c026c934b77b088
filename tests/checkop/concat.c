/* gst-stylegan: checkop, Concat
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/concat.h"
#include "checkop.h"

void
check_concat (Check * check)
{
  CHECK ("channels", "f32[1,3,17,19] f32[1,5,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1), .expect = "[1,8,17,19]");
  CHECK ("batch", "f32[1,3,5,7] f32[2,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 0), .expect = "[3,3,5,7]");
  CHECK ("last", "f32[1,3,5,7] f32[1,3,5,1] f32[1,3,5,2]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = -1), .expect = "[1,3,5,10]");
  CHECK ("of-two-images", "f32[2,3,5,7] f32[2,4,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1));
  CHECK ("one", "f32[1,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1));
  CHECK ("of-eights", "f32[2,3,4,8] f32[2,2,4,8]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1), .expect = "[2,5,4,8]");
  CHECK ("interleaved", "f32[2,3,5,1] f32[2,3,5,1] f32[2,3,5,1]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 3), .expect = "[2,3,5,3]");
  CHECK ("i64", "i64{1,2} i64{3}", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 0), .expect = "[3]");
  CHECK ("with-nothing", "f32[1,0,5,7] f32[1,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1), .expect = "[1,3,5,7]");
  CHECK ("with-constant", "f32[1,3,5,7] f32[1,2,5,7]!", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1));
  CHECK ("mismatch", "f32[1,3,5,7] f32[1,3,6,7]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1), .flags = CHECK_REFUSED);
  CHECK ("bad-axis", "f32[1,3] f32[1,3]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 2), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] f32[1,32,180,320]", CHECK_EXACT,
      .attrs = ATTRS (SgConcatAttrs, .axis = 1));
}
