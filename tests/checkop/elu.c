/* gst-stylegan: checkop, Elu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/elu.h"
#include "checkop.h"

void
check_elu (Check * check)
{
  check_elementwise (check, ATTRS (SgEluAttrs, .alpha = 1), CHECK_FUNCTION, 0);
  KEEP 0 ();
  /* e ^ x - 1 cancels here if it is calculated as written */
  KEEP 1 ();
}
