/* gst-stylegan: checkop, Identity and Dropout
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/identity.h"
#include "checkop.h"

void
check_identity (Check * check)
{
  CHECK ("f32", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgIdentityAttrs, .typed_mask = FALSE));
  CHECK ("i64", "i64[3]", CHECK_EXACT,
      .attrs = ATTRS (SgIdentityAttrs, .typed_mask = FALSE));
  CHECK ("mask", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgIdentityAttrs, .typed_mask = FALSE), .n_outputs = 2,
      .expect = "[1,3,17,19] [1,3,17,19]");
  CHECK ("typed-mask", "f32[1,3,17,19]", CHECK_EXACT,
      .attrs = ATTRS (SgIdentityAttrs, .typed_mask = TRUE), .n_outputs = 2);
  CHECK ("ratio", "f32[1,3,17,19] f32(0.5)", CHECK_EXACT,
      .attrs = ATTRS (SgIdentityAttrs, .typed_mask = FALSE));
}
