/* gst-stylegan: checkop, Affine
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_affine (Check * check)
{
  check_elementwise (check, ATTRS (SgAffineAttrs, .alpha = 150, .beta = 100),
      CHECK_ROUNDED, 0);
  KEEP 0 ();
}
