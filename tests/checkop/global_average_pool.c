/* gst-stylegan: checkop, GlobalAveragePool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_global_average_pool (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  CHECK ("1x1", "f32[1,5,1,1]", CHECK_SUM);
  KEEP 2 ();
  CHECK ("large", "f32[1,3,257,263]", CHECK_SUM);
  BENCH ("bench", "f32[1,512,13,13]", CHECK_SUM);
}
