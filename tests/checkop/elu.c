/* gst-stylegan: checkop, Elu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/elu.h"
#include "checkop.h"

void
check_elu (Check * check)
{
  check_elementwise (check, ATTRS (SgEluAttrs, .alpha = 1), CHECK_FUNCTION, 0);
  CHECK ("alpha", "f32[1,3,17,19]@-20:5", CHECK_FUNCTION,
      .attrs = ATTRS (SgEluAttrs, .alpha = 0.3f));
  /* e ^ x - 1 cancels here if it is calculated as written */
  CHECK ("small", "f32[1,3,17,19]@-1e-4:0", CHECK_FUNCTION,
      .attrs = ATTRS (SgEluAttrs, .alpha = 1));
}
