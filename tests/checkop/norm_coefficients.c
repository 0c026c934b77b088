/* gst-stylegan: checkop, scale and shift from moments
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_norm_coefficients (Check * check)
{
  CHECK ("3", "f32[1,3,2]@0:4 f32[3]! f32[3]!", CHECK_ROUNDED,
      .attrs = ATTRS (SgNormCoefficientsAttrs, .epsilon = 1e-5f),
      .expect = "[1,2,3]");
  CHECK ("batch", "f32[2,17,2]@0:4 f32[17]! f32[17]!", CHECK_ROUNDED,
      .attrs = ATTRS (SgNormCoefficientsAttrs, .epsilon = 1e-3f),
      .expect = "[2,2,17]");
  CHECK ("tiny-variance", "f32[1,5,2]@0:1e-6 f32[5]! f32[5]!", CHECK_ROUNDED,
      .attrs = ATTRS (SgNormCoefficientsAttrs, .epsilon = 1e-5f));
  CHECK ("shared", "f32[2,17,2]@0:4 f32[17]! f32[17]!", CHECK_ROUNDED,
      .attrs = ATTRS (SgNormCoefficientsAttrs, .epsilon = 1e-3f,
          .shared = TRUE), .expect = "[2,2,17]");
  CHECK ("wrong-scale", "f32[1,3,2] f32[4]! f32[3]!", CHECK_ROUNDED,
      .attrs = ATTRS (SgNormCoefficientsAttrs, .epsilon = 1e-5f),
      .flags = CHECK_REFUSED);
}
