/* gst-stylegan: checkop, SpaceToDepth
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/depth_to_space.h"
#include "checkop.h"

void
check_space_to_depth (Check * check)
{
  KEEP 0 ();
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
}
