/* gst-stylegan: checkop, mean and variance per channel
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_moments (Check * check)
{
  static const gchar *const shapes[] = {
    "f32[1,3,17,19]", "f32[2,5,7,9]", "f32[1,16,67,71]", "f32[1,3,1,1]",
    "f32[1,1,1,2]", "f32[1,2,257,263]", "f32[2,17,4,4]"
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    CHECK (shapes[i], shapes[i], CHECK_NORM);
  BENCH ("bench", "f32[1,32,180,320]", CHECK_NORM);
}
