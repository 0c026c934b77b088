/* gst-stylegan: checkop, Add
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_add (Check * check)
{
  check_arithmetic (check);
}
