/* gst-stylegan: checkop, Expand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_expand (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
}
