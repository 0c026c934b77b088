/* gst-stylegan: checkop, ReduceSum
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/reduce.h"
#include "checkop.h"

void
check_reduce_sum (Check * check)
{
  CHECK ("spatial", "f32[1,3,17,19] i64{2,3}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE), .expect = "[1,3,1,1]");
  CHECK ("spatial-dropped", "f32[2,3,17,19] i64{2,3}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = FALSE), .expect = "[2,3]");
  CHECK ("negative-axes", "f32[1,3,17,19] i64{-1,-2}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE), .expect = "[1,3,1,1]");
  CHECK ("channels", "f32[2,7,5,9] i64{1}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE), .expect = "[2,1,5,9]");
  CHECK ("outer-and-inner", "f32[3,4,5,6] i64{0,3}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = FALSE), .expect = "[4,5]");
  CHECK ("all", "f32[2,3,5,7]", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE), .expect = "[1,1,1,1]");
  CHECK ("all-to-scalar", "f32[2,3,5,7]", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = FALSE), .expect = "[]");
  CHECK ("none", "f32[2,3]", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE,
          .noop_with_empty_axes = TRUE), .expect = "[2,3]");
  CHECK ("large", "f32[1,5,131,137] i64{2,3}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE));
  CHECK ("1x1", "f32[1,3,1,1] i64{2,3}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE));
  CHECK ("long-row", "f32[2,20011] i64{1}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = FALSE), .expect = "[2]");
  CHECK ("long-column", "f32[3,1009,5] i64{1}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE),
      .expect = "[3,1,5]");
  CHECK ("every-other", "f32[3,4,5,6] i64{1,3}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = FALSE), .expect = "[3,5]");
  CHECK ("i64", "i64[3,5] i64{1}", CHECK_EXACT,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = FALSE), .expect = "[3]");
  CHECK ("twice", "f32[2,3] i64{1,-1}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE),
      .flags = CHECK_REFUSED);
  CHECK ("bad-axis", "f32[2,3] i64{2}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] i64{2,3}", CHECK_TOTAL,
      .attrs = ATTRS (SgReduceAttrs, .keepdims = TRUE));
}
