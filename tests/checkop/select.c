/* gst-stylegan: checkop, one of two
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "checkop.h"

void
check_select (Check * check)
{
  CHECK ("either", "f32[1,1,33,41] f32[1,1,33,41] f32[8]", CHECK_EXACT,
      .attrs = ATTRS (SgSelectAttrs, .index = 2));
  CHECK ("first", "f32[3] f32[3] f32[8]@0:0.5", CHECK_EXACT,
      .attrs = ATTRS (SgSelectAttrs, .index = 0));
  CHECK ("second", "f32[2,70,301] f32[2,70,301] f32[8]@0.6:1", CHECK_EXACT,
      .attrs = ATTRS (SgSelectAttrs, .index = 7));
  CHECK ("not-alike", "f32[1,1,33,41] f32[1,1,33,42] f32[8]", CHECK_EXACT,
      .attrs = ATTRS (SgSelectAttrs, .index = 2), .flags = CHECK_REFUSED);
  CHECK ("index", "f32[1,1,33,41] f32[1,1,33,41] f32[8]", CHECK_EXACT,
      .attrs = ATTRS (SgSelectAttrs, .index = 8), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,1,360,640] f32[1,1,360,640] f32[8]@0:0",
      CHECK_EXACT, .attrs = ATTRS (SgSelectAttrs, .index = 2));
}
