/* gst-stylegan: checkop, Shape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shape.h"
#include "checkop.h"

void
check_shape (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
}
