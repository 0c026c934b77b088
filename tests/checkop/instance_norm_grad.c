/* gst-stylegan: checkop, instance_norm_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

#define EPSILON ATTRS (SgInstanceNormAttrs, 1e-5f)

void
check_instance_norm_grad (Check * check)
{
  static const gchar *const rows[][2] = {
    {"odd", "f32[1,3,17,19] f32[3] f32[1,3,17,19]"},
    {"batch", "f32[2,5,13,11] f32[5] f32[2,5,13,11]"},
    {"large", "f32[1,2,67,71] f32[2]! f32[1,2,67,71]"},
    {"long-planes", "f32[1,1,300,301] f32[1] f32[1,1,300,301]"},
    {"1d", "f32[2,3,31] f32[3] f32[2,3,31]"},
    {"3d", "f32[1,2,3,5,7] f32[2] f32[1,2,3,5,7]"},
    {"few", "f32[1,4,1,3] f32[4] f32[1,4,1,3]"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    CHECK (rows[i][0], rows[i][1], CHECK_NORM, .attrs = EPSILON,
        .n_outputs = 3, .flags = CHECK_ONLY_RANDOM);
  CHECK ("channels", "f32[1,3,5,7] f32[4] f32[1,3,5,7]", CHECK_NORM,
      .attrs = EPSILON, .n_outputs = 3, .flags = CHECK_REFUSED);
  CHECK ("mismatch", "f32[1,3,5,7] f32[3] f32[1,3,7,5]", CHECK_NORM,
      .attrs = EPSILON, .n_outputs = 3, .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] f32[32] f32[1,32,180,320]", CHECK_NORM,
      .attrs = EPSILON, .n_outputs = 3);
}
