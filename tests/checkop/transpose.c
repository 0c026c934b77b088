/* gst-stylegan: checkop, Transpose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/transpose.h"
#include "checkop.h"

void
check_transpose (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
  KEEP 5 ();
  KEEP 6 ();
  KEEP 7 ();
  KEEP 8 ();
  KEEP 9 ();
}
