/* gst-stylegan: checkop, Shape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shape.h"
#include "checkop.h"

void
check_shape (Check * check)
{
  CHECK ("all", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgShapeAttrs, .start = 0), .expect = "[4]");
  CHECK ("from", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgShapeAttrs, .start = -2), .expect = "[2]");
  CHECK ("to", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgShapeAttrs, .start = 1, .end = -1, .has_end = TRUE),
      .expect = "[2]");
  CHECK ("clamped", "f32[1,3]", CHECK_EXACT,
      .attrs = ATTRS (SgShapeAttrs, .start = -10, .end = 10, .has_end = TRUE),
      .expect = "[2]");
  CHECK ("scalar", "f32[]", CHECK_EXACT,
      .attrs = ATTRS (SgShapeAttrs, .start = 0), .expect = "[0]");
}
