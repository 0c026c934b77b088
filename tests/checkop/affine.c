/* gst-stylegan: checkop, Affine
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_affine (Check * check)
{
  check_elementwise (check, ATTRS (SgAffineAttrs, .alpha = 150, .beta = 100),
      CHECK_ROUNDED, 0);
  CHECK ("identity", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgAffineAttrs, .alpha = 1, .beta = 0));
}
