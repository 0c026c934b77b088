/* gst-stylegan: checkop, error along the flow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "checkop.h"

#define ERROR(...) ATTRS (SgWarpErrorAttrs, __VA_ARGS__)

void
check_warp_error (Check * check)
{
  CHECK ("half", "f32[1,1,17,21]@0:255 f32[1,1,17,21]@0:255 "
      "f32[1,1,33,42]@0:1", CHECK_MEAN, .attrs = ERROR (2), .expect = "[2]");
  CHECK ("same", "f32[1,1,33,42]@0:255 f32[1,1,33,42]@0:255 "
      "f32[1,1,33,42]@0:1", CHECK_MEAN, .attrs = ERROR (1));
  CHECK ("none", "f32[1,1,17,21]@0:255 f32[1,1,17,21]@0:255 "
      "f32[1,1,33,42]@0:0.5", CHECK_MEAN, .attrs = ERROR (2));
  CHECK ("large", "f32[1,1,180,321]@0:255 f32[1,1,180,321]@0:255 "
      "f32[1,1,359,641]@0:1", CHECK_MEAN, .attrs = ERROR (2));
  CHECK ("moved", "f32[1,1,17,21]@0:255 f32[1,1,17,21]@0:255 "
      "f32[1,1,33,42]@0:1 f32[1,2,5,6]@-20:20", CHECK_MEAN,
      .attrs = ERROR (2, {4, 2, 0}));
  CHECK ("moved-large", "f32[1,1,180,321]@0:255 f32[1,1,180,321]@0:255 "
      "f32[1,1,359,641]@0:1 f32[1,2,45,81]@-300:300", CHECK_MEAN,
      .attrs = ERROR (2, {4, 2, 0, TRUE}));
  CHECK ("moved-nowhere", "f32[1,1,17,21]@0:255 f32[1,1,17,21]@0:255 "
      "f32[1,1,33,42]@0:1 f32[1,2,5,6]@0:0", CHECK_MEAN,
      .attrs = ERROR (2, {4, 2, 0}));
  CHECK ("factor-3", "f32[1,1,17,21]@0:255 f32[1,1,17,21]@0:255 "
      "f32[1,1,50,62]@0:1", CHECK_MEAN, .attrs = ERROR (3));
  CHECK ("flow-for-nothing", "f32[1,1,17,21] f32[1,1,17,21] f32[1,1,33,42] "
      "f32[1,2,5,6]", CHECK_MEAN, .attrs = ERROR (2), .flags = CHECK_REFUSED);
  CHECK ("moved-wrong-grid", "f32[1,1,17,21] f32[1,1,17,21] f32[1,1,33,42] "
      "f32[1,2,5,5]", CHECK_MEAN, .attrs = ERROR (2, {4, 2, 0}),
      .flags = CHECK_REFUSED);
  CHECK ("sizes-differ", "f32[1,1,17,21] f32[1,1,17,21] f32[1,1,32,42]",
      CHECK_MEAN, .attrs = ERROR (2), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,1,180,320]@0:255 f32[1,1,180,320]@0:255 "
      "f32[1,1,360,640]@0:1", CHECK_MEAN, .attrs = ERROR (2));
}
