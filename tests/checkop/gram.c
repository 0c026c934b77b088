/* gst-stylegan: checkop, gram
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_gram (Check * check)
{
  CHECK ("plain", "f32[2,5,7,9]", CHECK_SUM, .expect = "[2,5,5]");
  CHECK ("one-channel", "f32[1,1,4,4]", CHECK_SUM, .expect = "[1,1,1]");
  CHECK ("one-position", "f32[3,13,1,1]", CHECK_SUM);
  CHECK ("aligned", "f32[1,24,16,16]", CHECK_SUM);
  CHECK ("odd", "f32[2,31,33,35]", CHECK_SUM);
  CHECK ("wide", "f32[1,67,41]", CHECK_SUM, .expect = "[1,67,67]");
  CHECK ("long", "f32[1,3,127,129]", CHECK_SUM);
  CHECK ("volume", "f32[2,4,3,4,5]", CHECK_SUM);
  CHECK ("matrix", "f32[4,7]", CHECK_SUM, .flags = CHECK_REFUSED);
  CHECK ("empty", "f32[1,4,0,3]", CHECK_SUM, .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[4,128,63,63]", CHECK_SUM);
  BENCH ("bench-many", "f32[4,256,31,31]", CHECK_SUM);
  BENCH ("bench-few", "f32[4,64,127,127]", CHECK_SUM);
}
