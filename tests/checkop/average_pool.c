/* gst-stylegan: checkop, AveragePool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool.h"

void
check_average_pool (Check * check)
{
  check_pool (check, CHECK_MEAN);
  CHECK ("count-pad", "f32[1,5,17,19]", CHECK_MEAN,
      .attrs = ATTRS (SgPoolAttrs, .window = {KERNEL (3), PADS (1)},
          .count_include_pad = TRUE), .expect = "[1,5,17,19]");
  CHECK ("count-pad-ceil", "f32[1,3,16,16]", CHECK_MEAN,
      .attrs = ATTRS (SgPoolAttrs, .window = {KERNEL (3), STRIDE (2),
              PADS (1)}, .ceil_mode = TRUE, .count_include_pad = TRUE),
      .expect = "[1,3,9,9]");
}
