/* gst-stylegan: checkop, ConstantOfShape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/constant_of_shape.h"
#include "checkop.h"

void
check_constant_of_shape (Check * check)
{
  CHECK ("zeros", "i64{2,3}", CHECK_EXACT,
      .attrs = ATTRS (SgConstantOfShapeAttrs, .dtype = SG_DTYPE_NONE),
      .expect = "[2,3]");
  CHECK ("i64", "i64{4}", CHECK_EXACT,
      .attrs = ATTRS (SgConstantOfShapeAttrs, .dtype = SG_DTYPE_I64,
          .value = 7), .expect = "[4]");
  CHECK ("scalar", "i64{}", CHECK_EXACT,
      .attrs = ATTRS (SgConstantOfShapeAttrs, .dtype = SG_DTYPE_F32),
      .expect = "[]");
  CHECK ("negative", "i64{2,-1}", CHECK_EXACT,
      .attrs = ATTRS (SgConstantOfShapeAttrs, .dtype = SG_DTYPE_F32),
      .flags = CHECK_REFUSED);
  CHECK ("huge", "i64{1000000,1000000,1000000,1000000}", CHECK_EXACT,
      .attrs = ATTRS (SgConstantOfShapeAttrs, .dtype = SG_DTYPE_F32),
      .flags = CHECK_REFUSED);
}
