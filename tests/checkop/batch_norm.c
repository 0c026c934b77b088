/* gst-stylegan: checkop, BatchNormalization
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_batch_norm (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
  KEEP 5 ();
}
