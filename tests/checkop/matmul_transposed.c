/* gst-stylegan: checkop, matmul_transposed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_matmul_transposed (Check * check)
{
  CHECK ("matrices", "f32[5,17] f32[13,17]", CHECK_SUM, .expect = "[5,13]");
  CHECK ("batch", "f32[2,3,25,7] f32[2,3,14,7]", CHECK_SUM,
      .expect = "[2,3,25,14]");
  CHECK ("batch-broadcast", "f32[2,1,5,7] f32[3,4,7]", CHECK_SUM,
      .expect = "[2,3,5,4]");
  CHECK ("long", "f32[2,15,4099] f32[2,16,4099]", CHECK_SUM);
  CHECK ("large", "f32[65,127] f32[63,127]", CHECK_SUM);
  CHECK ("whole", "f32[64,1024] f32[48,1024]", CHECK_SUM);
  CHECK ("one", "f32[1,1] f32[1,1]", CHECK_SUM);
  CHECK ("nothing-to-add", "f32[3,0] f32[4,0]", CHECK_SUM, .expect = "[3,4]");
  CHECK ("vector", "f32[7] f32[4,7]", CHECK_SUM, .flags = CHECK_REFUSED);
  CHECK ("mismatch", "f32[4,7] f32[9,8]", CHECK_SUM, .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[4,128,3969] f32[4,128,3969]", CHECK_SUM);
}
