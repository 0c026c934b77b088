/* gst-stylegan: checkop, Softmax
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/softmax.h"
#include "checkop.h"

void
check_softmax (Check * check)
{
  /* the exponentials' errors and that of their sum add up */
  CHECK ("last", "f32[3,17]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = -1));
  CHECK ("channels", "f32[1,21,5,7]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = 1));
  CHECK ("first", "f32[5,3,2]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = 0));
  CHECK ("flatten", "f32[2,3,5,7]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = 1, .flatten = TRUE));
  CHECK ("wide", "f32[1,1000]@-80:80", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = 1));
  CHECK ("one", "f32[3,1]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = 1));
  CHECK ("many-rows", "f32[66001,3]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = -1));
  CHECK ("odd-rows", "f32[1,2,31,5]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = -1));
  CHECK ("bad-axis", "f32[3,4]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = 2), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[64,1000]", CHECK_SUM,
      .attrs = ATTRS (SgSoftmaxAttrs, .axis = 1));
}
