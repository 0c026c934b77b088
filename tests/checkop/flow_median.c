/* gst-stylegan: checkop, vector median
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_flow_median (Check * check)
{
  static const gchar *const inputs[] = {
    "f32[1,2,9,13]@-20:20", "f32[1,2,1,1]@-2:2", "f32[1,2,1,17]@-300:300",
    "f32[1,2,33,2]@-1:1", "f32[1,2,45,80]@-4:4"
  };

  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    CHECK (inputs[i], inputs[i], CHECK_EXACT);
  CHECK ("ties", "f32[1,2,21,35]@-0.2:0.2", CHECK_EXACT);
  CHECK ("any", "f32[1,2,21,35]", CHECK_EXACT, .flags = CHECK_NOT_FINITE);
  CHECK ("three-planes", "f32[1,3,21,35]", CHECK_EXACT,
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,2,45,80]@-4:4", CHECK_EXACT);
}
