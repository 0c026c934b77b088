/* gst-stylegan: checkop, Transpose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/transpose.h"
#include "checkop.h"

void
check_transpose (Check * check)
{
  CHECK ("reverse", "f32[2,3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 0), .expect = "[5,3,2]");
  CHECK ("nchw-to-nhwc", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 4, .perm = {0, 2, 3, 1}),
      .expect = "[1,17,19,3]");
  CHECK ("nhwc-to-nchw", "f32[1,17,19,3]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 4, .perm = {0, 3, 1, 2}),
      .expect = "[1,3,17,19]");
  CHECK ("shuffle", "f32[1,2,2,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 6,
          .perm = {0, 3, 4, 1, 5, 2}), .expect = "[1,3,5,2,7,2]");
  CHECK ("of-eights", "f32[2,3,4,8]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 4, .perm = {1, 0, 2, 3}),
      .expect = "[3,2,4,8]");
  CHECK ("identity", "f32[3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 2, .perm = {0, 1}));
  CHECK ("i64", "i64[2,4]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 2, .perm = {1, 0}));
  CHECK ("large", "f32[67,131]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 2, .perm = {1, 0}));
  CHECK ("twice", "f32[3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 2, .perm = {1, 1}),
      .flags = CHECK_REFUSED);
  CHECK ("wrong-number", "f32[3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 3, .perm = {0, 1, 2}),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,180,320,32]", CHECK_EXACT,
      .attrs = ATTRS (SgTransposeAttrs, .n_perm = 4, .perm = {0, 3, 1, 2}));
}
