/* gst-stylegan: checkop, Concat
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/concat.h"
#include "checkop.h"

void
check_concat (Check * check)
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
  KEEP 10 ();
}
