/* gst-stylegan: checkop, luma in integers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "checkop.h"

#define RGB(...) ATTRS (SgLumaAttrs, .order = {0, 1, 2}, __VA_ARGS__)

void
check_luma (Check * check)
{
  CHECK ("rgb-255", "f32[1,3,17,19]@-20:300", CHECK_EXACT,
      .attrs = RGB (.scale = 255, .factor = 1), .expect = "[1,1,17,19]");
  CHECK ("rgb-1", "f32[1,3,17,19]@0:1", CHECK_EXACT,
      .attrs = RGB (.scale = 1, .factor = 2), .expect = "[1,1,9,10]");
  CHECK ("bgr-centred", "f32[2,3,18,35]@-1:1", CHECK_EXACT,
      .attrs = ATTRS (SgLumaAttrs, .order = {2, 1, 0}, .scale = 2,
          .offset = -1, .factor = 2), .expect = "[2,1,9,18]");
  CHECK ("gray", "f32[1,1,33,67]@0:255", CHECK_EXACT,
      .attrs = ATTRS (SgLumaAttrs, .scale = 255, .factor = 1));
  CHECK ("gray-half", "f32[1,1,33,67]@0:255", CHECK_EXACT,
      .attrs = ATTRS (SgLumaAttrs, .scale = 255, .factor = 2),
      .expect = "[1,1,17,34]");
  CHECK ("large", "f32[1,3,131,257]@0:255", CHECK_EXACT,
      .attrs = RGB (.scale = 255, .factor = 2));
  CHECK ("any", "f32[1,3,31,29]", CHECK_EXACT,
      .attrs = RGB (.scale = 255, .factor = 2), .flags = CHECK_NOT_FINITE);
  CHECK ("1x1", "f32[1,3,1,1]@0:255", CHECK_EXACT,
      .attrs = RGB (.scale = 255, .factor = 2), .expect = "[1,1,1,1]");
  CHECK ("two-channels", "f32[1,2,17,19]", CHECK_EXACT,
      .attrs = RGB (.scale = 255, .factor = 1), .flags = CHECK_REFUSED);
  CHECK ("order-twice", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgLumaAttrs, .order = {0, 1, 1}, .scale = 255,
          .factor = 1), .flags = CHECK_REFUSED);
  CHECK ("no-scale", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = RGB (.factor = 1), .flags = CHECK_REFUSED);
  CHECK ("factor", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = RGB (.scale = 1, .factor = 3), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,3,360,640]@0:255", CHECK_EXACT,
      .attrs = RGB (.scale = 255, .factor = 1));
  BENCH ("bench-half", "f32[1,1,360,640]@0:255", CHECK_EXACT,
      .attrs = ATTRS (SgLumaAttrs, .scale = 255, .factor = 2));
}
