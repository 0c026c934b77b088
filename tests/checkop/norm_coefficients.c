/* gst-stylegan: checkop, scale and shift from moments
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_norm_coefficients (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
}
