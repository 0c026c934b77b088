/* gst-stylegan: checkop, GlobalAveragePool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_global_average_pool (Check * check)
{
  CHECK ("plain", "f32[1,3,17,19]", CHECK_MEAN, .expect = "[1,3,1,1]");
  CHECK ("batch", "f32[2,5,7,9]", CHECK_MEAN, .expect = "[2,5,1,1]");
  CHECK ("1x1", "f32[1,5,1,1]", CHECK_MEAN);
  CHECK ("1d", "f32[1,5,9]", CHECK_MEAN, .expect = "[1,5,1]");
  CHECK ("large", "f32[1,3,257,263]", CHECK_MEAN);
  BENCH ("bench", "f32[1,512,13,13]", CHECK_MEAN);
}
