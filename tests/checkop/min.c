/* gst-stylegan: checkop, Min
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_min (Check * check)
{
  check_broadcast (check, CHECK_EXACT, "", "");
  KEEP 0 ();
  CHECK ("f16", "f16[3,5] f16[3,5]", CHECK_EXACT);
  KEEP 1 ();
  CHECK ("one-input", "f32[1,3,5,7]", CHECK_EXACT);
  KEEP 2 ();
  KEEP 3 ();
}
