/* gst-stylegan: checkop, Min
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_min (Check * check)
{
  check_extremum (check);
}
