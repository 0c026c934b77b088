/* gst-stylegan: checkop, MaxPool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool.h"

void
check_max_pool (Check * check)
{
  check_pool (check, CHECK_EXACT);
  CHECK ("indices", "f32[2,3,9,11]", CHECK_EXACT,
      .attrs = ATTRS (SgPoolAttrs, .window = {KERNEL (2), STRIDE (2)}),
      .n_outputs = 2, .expect = "[2,3,4,5] [2,3,4,5]");
  CHECK ("indices-column-major", "f32[1,3,9,11]", CHECK_EXACT,
      .attrs = ATTRS (SgPoolAttrs, .window = {KERNEL (3), PADS (1)},
          .column_major = TRUE), .n_outputs = 2);
}
