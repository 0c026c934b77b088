/* gst-stylegan: checkop, Mul
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_mul (Check * check)
{
  check_arithmetic (check);
}
