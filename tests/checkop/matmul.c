/* gst-stylegan: checkop, MatMul
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_matmul (Check * check)
{
  KEEP 0 ();
  CHECK ("weights", "f32[5,17] f32[17,13]!", CHECK_SUM);
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
  KEEP 5 ();
  CHECK ("large", "f32[65,127] f32[127,63]", CHECK_SUM);
  CHECK ("one", "f32[1,1] f32[1,1]", CHECK_SUM);
  KEEP 6 ();
  KEEP 7 ();
  BENCH ("bench", "f32[128,512] f32[512,512]!", CHECK_SUM);
}
