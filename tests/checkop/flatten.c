/* gst-stylegan: checkop, Flatten
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flatten.h"
#include "checkop.h"

void
check_flatten (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
}
