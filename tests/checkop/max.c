/* gst-stylegan: checkop, Max
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_max (Check * check)
{
  check_extremum (check);
}
