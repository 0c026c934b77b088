/* gst-stylegan: checkop, ImageScaler
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_image_scaler (Check * check)
{
  CHECK ("plain", "f32[1,3,17,19]@0:255", CHECK_ROUNDED,
      .attrs = ATTRS (SgImageScalerAttrs, .scale = 1, .n_bias = 3,
          .bias = {-103.9f, -116.8f, -123.7f}));
  CHECK ("scale", "f32[2,3,5,7]", CHECK_ROUNDED,
      .attrs = ATTRS (SgImageScalerAttrs, .scale = 0.5f, .n_bias = 3,
          .bias = {1, -2, 3}));
  CHECK ("gray", "f32[1,1,67,71]", CHECK_ROUNDED,
      .attrs = ATTRS (SgImageScalerAttrs, .scale = 2, .n_bias = 1,
          .bias = {0.5f}));
  CHECK ("wrong-bias", "f32[1,3,5,7]", CHECK_ROUNDED,
      .attrs = ATTRS (SgImageScalerAttrs, .scale = 2, .n_bias = 2),
      .flags = CHECK_REFUSED);
}
