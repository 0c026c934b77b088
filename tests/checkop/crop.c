/* gst-stylegan: checkop, Crop
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/crop.h"
#include "checkop.h"

void
check_crop (Check * check)
{
  CHECK ("border", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgCropAttrs, .left = 1, .top = 2, .right = 3,
          .bottom = 4), .expect = "[1,3,11,15]");
  CHECK ("size", "f32[2,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgCropAttrs, .left = 1, .top = 2, .height = 5,
          .width = 7), .expect = "[2,3,5,7]");
  CHECK ("nothing", "f32[1,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgCropAttrs, .left = 0), .expect = "[1,3,5,7]");
  CHECK ("too-much", "f32[1,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgCropAttrs, .left = 4, .right = 4),
      .flags = CHECK_REFUSED);
  CHECK ("negative", "f32[1,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgCropAttrs, .left = -1), .flags = CHECK_REFUSED);
}
