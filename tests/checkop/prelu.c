/* gst-stylegan: checkop, PRelu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_prelu (Check * check)
{
  CHECK ("channel", "f32[1,3,17,19] f32[3,1,1]!", CHECK_ROUNDED);
  CHECK ("channel-of-1", "f32[2,5,7,9] f32[1,5,1,1]!", CHECK_ROUNDED);
  CHECK ("scalar", "f32[1,3,17,19] f32(0.25)", CHECK_ROUNDED);
  CHECK ("one", "f32[1,3,17,19] f32[1]!", CHECK_ROUNDED);
  CHECK ("per-element", "f32[2,3,5] f32[2,3,5]", CHECK_ROUNDED);
  CHECK ("computed", "f32[1,3,17,19] f32[3,1,1]", CHECK_ROUNDED);
  CHECK ("large", "f32[1,16,67,71] f32[16,1,1]!", CHECK_ROUNDED);
  CHECK ("slope-too-wide", "f32[1,3] f32[2,3]", CHECK_ROUNDED,
      .flags = CHECK_REFUSED);
}
