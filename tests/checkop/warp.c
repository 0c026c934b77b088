/* gst-stylegan: checkop, pictures moved along the flow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "checkop.h"

#define WARP(...) ATTRS (SgWarpAttrs, __VA_ARGS__)

void
check_warp (Check * check)
{
  CHECK ("blocks", "f32[1,3,33,41] f32[1,2,9,11]@-3:3", CHECK_SUM,
      .attrs = WARP (4, 1, 0), .expect = "[1,3,33,41]");
  CHECK ("far", "f32[1,3,33,41] f32[1,2,9,11]@-300:300", CHECK_SUM,
      .attrs = WARP (4, 1, 0));
  CHECK ("small-steps", "f32[1,2,33,41] f32[1,2,9,11]@-0.3:0.3", CHECK_SUM,
      .attrs = WARP (4, 1, 0));
  CHECK ("nearest", "f32[1,4,33,41] f32[1,2,9,11]@-5:5", CHECK_SUM,
      .attrs = WARP (4, 1, 1));
  CHECK ("all-nearest", "f32[1,2,33,41] f32[1,2,9,11]@-50:50", CHECK_EXACT,
      .attrs = WARP (4, 1, 2));
  CHECK ("half", "f32[1,1,18,37] f32[1,2,9,19]@-9:9", CHECK_SUM,
      .attrs = WARP (2, 2, 0));
  CHECK ("one-by-one", "f32[1,1,18,37] f32[1,2,18,37]@-9:9", CHECK_SUM,
      .attrs = WARP (1, 4, 0));
  CHECK ("wide-blocks", "f32[1,2,70,131] f32[1,2,3,5]@-9:9", CHECK_SUM,
      .attrs = WARP (32, 1, 1));
  CHECK ("still", "f32[1,3,33,41] f32[1,2,9,11]@0:0", CHECK_EXACT,
      .attrs = WARP (4, 1, 1));
  CHECK ("tiny", "f32[1,3,1,1] f32[1,2,1,1]@-2:2", CHECK_SUM,
      .attrs = WARP (4, 1, 1));
  CHECK ("wrap", "f32[1,3,33,41] f32[1,2,9,11]@-9:9", CHECK_SUM,
      .attrs = WARP (4, 1, 1, TRUE));
  CHECK ("wrap-far", "f32[1,3,33,41] f32[1,2,9,11]@-250:250", CHECK_SUM,
      .attrs = WARP (4, 1, 1, TRUE));
  CHECK ("wrap-tiny", "f32[1,3,2,1] f32[1,2,1,1]@-9:9", CHECK_SUM,
      .attrs = WARP (4, 1, 1, TRUE));
  CHECK ("any-flow", "f32[1,2,16,20]@-1:1 f32[1,2,4,5]", CHECK_SUM,
      .attrs = WARP (4, 1, 1), .flags = CHECK_NOT_FINITE);
  CHECK ("wrong-grid", "f32[1,3,33,41] f32[1,2,8,11]", CHECK_SUM,
      .attrs = WARP (4, 1, 0), .flags = CHECK_REFUSED);
  CHECK ("too-many-nearest", "f32[1,3,33,41] f32[1,2,9,11]", CHECK_SUM,
      .attrs = WARP (4, 1, 4), .flags = CHECK_REFUSED);
  CHECK ("batch", "f32[2,3,33,41] f32[1,2,9,11]", CHECK_SUM,
      .attrs = WARP (4, 1, 0), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,4,360,640] f32[1,2,90,160]@-9:9", CHECK_SUM,
      .attrs = WARP (4, 1, 1));
  BENCH ("bench-still", "f32[1,4,360,640] f32[1,2,90,160]@0:0", CHECK_SUM,
      .attrs = WARP (4, 1, 1));
}
