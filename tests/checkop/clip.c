/* gst-stylegan: checkop, Clip
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_clip (Check * check)
{
  check_elementwise (check, NULL, CHECK_EXACT, 0);
  CHECK ("both", "f32[1,3,17,19] f32(-0.5) f32(0.25)", CHECK_EXACT,
      .flags = CHECK_NOT_FINITE);
  CHECK ("min-only", "f32[1,3,17,19] f32(-0.5)", CHECK_EXACT);
  CHECK ("max-only", "f32[1,3,17,19] - f32(0.25)", CHECK_EXACT);
  /* ONNX: the maximum wins */
  CHECK ("crossed", "f32[1,3,17,19] f32(0.5) f32(-0.5)", CHECK_EXACT);
  CHECK ("computed", "f32[1,3,17,19] f32[]@-0.5:0 f32[]@0:0.5", CHECK_EXACT);
  CHECK ("i32", "i32[3,17] i32(-20) i32(30)", CHECK_EXACT);
  CHECK ("large", "f32[1,3,270,480]@-100:400 f32(0) f32(255)", CHECK_EXACT);
}
