/* gst-stylegan: checkop, Add
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_add (Check * check)
{
  check_broadcast (check, CHECK_EXACT, "", "");
  KEEP 0 ();
  CHECK ("f16", "f16[3,5] f16[3,5]", CHECK_EXACT);
  KEEP 1 ();
}
