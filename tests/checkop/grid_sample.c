/* gst-stylegan: checkop, grid_sample
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/grid_sample.h"
#include "checkop.h"

#define GRID(...) ATTRS (SgGridSampleAttrs, __VA_ARGS__)

void
check_grid_sample (Check * check)
{
  static const gchar inside[] = "f32[2,3,13,17] f32[2,7,11,2]@-1:1!";
  static const gchar outside[] = "f32[2,3,13,17] f32[2,7,11,2]@-3:3!";
  static const gchar *const modes[] = { "nearest", "linear", "cubic" };

  for (gint i = 0; i < 18; i++) {
    const SgGridSampleAttrs attrs = { (SgGridMode) (i / 6),
      (SgGridPadding) (i / 2 % 3), i % 2
    };
    g_autofree gchar *name = g_strdup_printf ("%s-%s%s", modes[i / 6],
        i / 2 % 3 == 0 ? "zeros" : i / 2 % 3 == 1 ? "border" : "reflection",
        i % 2 ? "-corners" : "");

    CHECK (name, outside, CHECK_SUM, .attrs = &attrs, .expect = "[2,3,7,11]");
  }
  CHECK ("inside", inside, CHECK_SUM, .attrs = GRID (SG_GRID_LINEAR));
  CHECK ("computed-grid", "f32[2,5,13,17] f32[2,7,11,2]@-2:2", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR));
  CHECK ("any-grid", "f32[1,2,9,8]@-1:1 f32[1,6,5,2]", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR, SG_GRID_BORDER),
      .flags = CHECK_NOT_FINITE);
  CHECK ("far", "f32[1,2,9,8] f32[1,6,5,2]@-1e30:1e30", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR, SG_GRID_REFLECTION));
  CHECK ("one-pixel", "f32[1,2,1,1] f32[1,6,5,2]@-3:3!", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR, SG_GRID_REFLECTION, TRUE));
  CHECK ("large", "f32[2,16,70,66] f32[2,64,70,2]@-1.1:1.1!", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR));
  CHECK ("batch", "f32[2,3,13,17] f32[1,7,11,2]", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR), .flags = CHECK_REFUSED);
  CHECK ("no-pairs", "f32[2,3,13,17] f32[2,7,11,3]", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR), .flags = CHECK_REFUSED);
  CHECK ("volume", "f32[1,3,5,5,5] f32[1,5,5,5,3]", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[4,3,256,256] f32[4,256,256,2]", CHECK_SUM,
      .attrs = GRID (SG_GRID_LINEAR));
}
