/* gst-stylegan: checkop, Sub
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_sub (Check * check)
{
  check_arithmetic (check);
}
