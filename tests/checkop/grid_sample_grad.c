/* gst-stylegan: checkop, grid_sample_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/grid_sample.h"
#include "checkop.h"

#define GRID(height, width, ...) \
    ATTRS (SgGridSampleGradAttrs, { __VA_ARGS__ }, height, width)

void
check_grid_sample_grad (Check * check)
{
  static const gchar inputs[] = "f32[2,3,7,11] f32[2,7,11,2]@-3:3";

  CHECK ("zeros", inputs, CHECK_SUM, .attrs = GRID (13, 17, SG_GRID_LINEAR),
      .expect = "[2,3,13,17]");
  CHECK ("border", inputs, CHECK_SUM, .attrs = GRID (13, 17, SG_GRID_LINEAR,
          SG_GRID_BORDER));
  CHECK ("reflection", inputs, CHECK_SUM, .attrs = GRID (13, 17,
          SG_GRID_LINEAR, SG_GRID_REFLECTION, TRUE));
  CHECK ("nearest", inputs, CHECK_SUM, .attrs = GRID (13, 17,
          SG_GRID_NEAREST));
  CHECK ("cubic", inputs, CHECK_SUM, .attrs = GRID (5, 6, SG_GRID_CUBIC,
          SG_GRID_BORDER));
  CHECK ("one-pixel", inputs, CHECK_SUM, .attrs = GRID (1, 1,
          SG_GRID_LINEAR, SG_GRID_BORDER));
  CHECK ("any-grid", "f32[1,2,6,5]@-1:1 f32[1,6,5,2]", CHECK_SUM,
      .attrs = GRID (9, 8, SG_GRID_LINEAR), .flags = CHECK_NOT_FINITE);
  CHECK ("large", "f32[2,16,64,70] f32[2,64,70,2]@-1.1:1.1", CHECK_SUM,
      .attrs = GRID (70, 66, SG_GRID_LINEAR));
  CHECK ("mismatch", "f32[2,3,7,11] f32[2,7,10,2]", CHECK_SUM,
      .attrs = GRID (13, 17, SG_GRID_LINEAR), .flags = CHECK_REFUSED);
  CHECK ("no-picture", inputs, CHECK_SUM, .attrs = GRID (0, 17,
          SG_GRID_LINEAR), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[4,3,256,256] f32[4,256,256,2]", CHECK_SUM,
      .attrs = GRID (256, 256, SG_GRID_LINEAR));
}
