/* gst-stylegan: checkop, MatMul
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_matmul (Check * check)
{
  CHECK ("matrices", "f32[5,17] f32[17,13]", CHECK_SUM, .expect = "[5,13]");
  CHECK ("weights", "f32[5,17] f32[17,13]!", CHECK_SUM);
  CHECK ("batch", "f32[2,3,5,7] f32[2,3,7,4]", CHECK_SUM,
      .expect = "[2,3,5,4]");
  CHECK ("batch-broadcast", "f32[2,1,5,7] f32[3,7,4]", CHECK_SUM,
      .expect = "[2,3,5,4]");
  CHECK ("vector-left", "f32[7] f32[2,7,4]", CHECK_SUM, .expect = "[2,4]");
  CHECK ("vector-right", "f32[2,5,7] f32[7]", CHECK_SUM, .expect = "[2,5]");
  CHECK ("vectors", "f32[7] f32[7]", CHECK_SUM, .expect = "[]");
  CHECK ("large", "f32[65,127] f32[127,63]", CHECK_SUM);
  CHECK ("images", "f32[1,2,33,40] f32[1,2,40,34]", CHECK_SUM);
  CHECK ("odd-images", "f32[2,2,33,40] f32[2,1,40,35]", CHECK_SUM,
      .expect = "[2,2,33,35]");
  CHECK ("one", "f32[1,1] f32[1,1]", CHECK_SUM);
  CHECK ("nothing-to-add", "f32[3,0] f32[0,4]", CHECK_SUM, .expect = "[3,4]");
  CHECK ("mismatch", "f32[4,7] f32[8,9]", CHECK_SUM, .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[128,512] f32[512,512]!", CHECK_SUM);
}
