/* gst-stylegan: checkop, Slice
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_slice (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  /* what exporters write to reverse: end is the smallest number there is */
  KEEP 4 ();
  KEEP 5 ();
  KEEP 6 ();
  KEEP 7 ();
  KEEP 8 ();
  KEEP 9 ();
  KEEP 10 ();
  KEEP 11 ();
  KEEP 12 ();
  BENCH ("bench", "f32[1,32,180,320] i64{8,8} i64{172,312} i64{2,3}",
      CHECK_EXACT);
}
