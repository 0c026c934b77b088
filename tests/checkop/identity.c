/* gst-stylegan: checkop, Identity and Dropout
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/identity.h"
#include "checkop.h"

void
check_identity (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
}
