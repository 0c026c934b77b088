/* gst-stylegan: checkop, Reshape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/reshape.h"
#include "checkop.h"

void
check_reshape (Check * check)
{
  CHECK ("plain", "f32[2,3,4] i64{4,6}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE), .expect = "[4,6]");
  CHECK ("rest", "f32[2,3,4] i64{-1,2}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE), .expect = "[12,2]");
  CHECK ("keep", "f32[2,3,4] i64{0,0,2,2}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE),
      .expect = "[2,3,2,2]");
  CHECK ("zero", "f32[0,3] i64{3,0}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = TRUE), .expect = "[3,0]");
  CHECK ("scalar", "f32[1,1] i64{}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE), .expect = "[]");
  CHECK ("i64", "i64[4] i64{2,2}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE), .expect = "[2,2]");
  CHECK ("does-not-fit", "f32[2,3] i64{4}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE),
      .flags = CHECK_REFUSED);
  CHECK ("two-rests", "f32[2,3] i64{-1,-1}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE),
      .flags = CHECK_REFUSED);
  CHECK ("rest-of-nothing", "f32[0,3] i64{0,-1}", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = TRUE),
      .flags = CHECK_REFUSED);
  CHECK ("computed", "f32[2,3] i64[2]@1:1", CHECK_EXACT,
      .attrs = ATTRS (SgReshapeAttrs, .allowzero = FALSE),
      .flags = CHECK_REFUSED);
}
