/* gst-stylegan: checkop, LeakyRelu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/leaky_relu.h"
#include "checkop.h"

void
check_leaky_relu (Check * check)
{
  check_elementwise (check, ATTRS (SgLeakyReluAttrs, .alpha = 0.01f),
      CHECK_ROUNDED, CHECK_NOT_FINITE);
  KEEP 0 ();
  /* neither max nor min of x and alpha * x does for all of these */
  KEEP 1 ();
  KEEP 2 ();
}
