/* gst-stylegan: checkop, Flatten
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flatten.h"
#include "checkop.h"

void
check_flatten (Check * check)
{
  CHECK ("axis-1", "f32[2,3,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgFlattenAttrs, .axis = 1), .expect = "[2,105]");
  CHECK ("axis-0", "f32[2,3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgFlattenAttrs, .axis = 0), .expect = "[1,30]");
  CHECK ("axis-rank", "f32[2,3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgFlattenAttrs, .axis = 3), .expect = "[30,1]");
  CHECK ("axis-negative", "f32[2,3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgFlattenAttrs, .axis = -1), .expect = "[6,5]");
  CHECK ("bad-axis", "f32[2,3,5]", CHECK_EXACT,
      .attrs = ATTRS (SgFlattenAttrs, .axis = 4), .flags = CHECK_REFUSED);
}
