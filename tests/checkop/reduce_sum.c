/* gst-stylegan: checkop, ReduceSum
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/reduce.h"
#include "checkop.h"

void
check_reduce_sum (Check * check)
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
  KEEP 11 ();
  KEEP 12 ();
  KEEP 13 ();
}
