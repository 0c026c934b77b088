/* gst-stylegan: checkop, BatchNormalization
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_batch_norm (Check * check)
{
  CHECK ("plain", "f32[1,3,17,19] f32[3]! f32[3]! f32[3]! f32[3]@0.1:2!",
      CHECK_ROUNDED,
      .attrs = ATTRS (SgBatchNormAttrs, .epsilon = 1e-5f, .momentum = 0.9f));
  CHECK ("batch", "f32[2,5,7,9] f32[5]! f32[5]! f32[5]! f32[5]@0.1:2!",
      CHECK_ROUNDED,
      .attrs = ATTRS (SgBatchNormAttrs, .epsilon = 1e-3f, .momentum = 0.9f));
  CHECK ("computed", "f32[1,3,17,19] f32[3] f32[3] f32[3] f32[3]@0.1:2",
      CHECK_ROUNDED,
      .attrs = ATTRS (SgBatchNormAttrs, .epsilon = 1e-5f, .momentum = 0.9f));
  CHECK ("rank-2", "f32[4,5] f32[5]! f32[5]! f32[5]! f32[5]@0.1:2!",
      CHECK_ROUNDED,
      .attrs = ATTRS (SgBatchNormAttrs, .epsilon = 1e-5f, .momentum = 0.9f));
  CHECK ("training",
      "f32[2,3,5,7]@-1:1 f32[3]! f32[3]! f32[3]! f32[3]@0.1:2!", CHECK_NORM,
      .attrs = ATTRS (SgBatchNormAttrs, .epsilon = 1e-5f, .momentum = 0.9f,
          .training = TRUE), .n_outputs = 3);
  CHECK ("wrong-mean", "f32[1,3,5,7] f32[3]! f32[3]! f32[4]! f32[3]!",
      CHECK_ROUNDED, .attrs = ATTRS (SgBatchNormAttrs, .epsilon = 1e-5f),
      .flags = CHECK_REFUSED);
}
