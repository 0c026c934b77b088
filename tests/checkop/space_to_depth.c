/* gst-stylegan: checkop, SpaceToDepth
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/depth_to_space.h"
#include "checkop.h"

void
check_space_to_depth (Check * check)
{
  CHECK ("2", "f32[1,3,10,14]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 2),
      .expect = "[1,12,5,7]");
  CHECK ("2-wide", "f32[2,3,6,74]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 2),
      .expect = "[2,12,3,37]");
  CHECK ("2-crd", "f32[2,3,6,74]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 2, .crd = TRUE),
      .expect = "[2,12,3,37]");
  CHECK ("3", "f32[2,2,15,21]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 3),
      .expect = "[2,18,5,7]");
  CHECK ("1", "f32[1,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 1));
  CHECK ("does-not-divide", "f32[1,3,5,8]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 2),
      .flags = CHECK_REFUSED);
}
