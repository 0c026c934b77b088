/* gst-stylegan: checkop, adam
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/adam.h"
#include "checkop.h"

#define FOUR(shape) "f32" shape " f32" shape " f32" shape " f32" shape "@0:1 "
#define USUAL ATTRS (SgAdamAttrs, 0.9f, 0.999f, 1e-8f)

void
check_adam (Check * check)
{
  static const gchar *const rows[][2] = {
    {"one", FOUR ("[1]") "f32{0} f32(0.001)"},
    {"odd", FOUR ("[17]") "f32{0} f32(0.001)"},
    {"images", FOUR ("[3,5,7]") "f32{9} f32{0.01}"},
    {"later", FOUR ("[1000]") "f32{20000} f32(0.001)"},
    {"computed", FOUR ("[65]") "f32[1]@0:20 f32[1]@0:0.1"},
    {"several-tasks", FOUR ("[80000]") "f32[1]@0:20 f32[1]@0:0.1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    CHECK (rows[i][0], rows[i][1], CHECK_FUNCTION, .attrs = USUAL,
        .n_outputs = 4);
  CHECK ("no-memory", FOUR ("[33]") "f32[1]@0:20 f32(0.1)", CHECK_FUNCTION,
      .attrs = ATTRS (SgAdamAttrs, 0, 0, 1e-3f), .n_outputs = 4);
  CHECK ("mismatch", "f32[4] f32[4] f32[5] f32[4] f32[1] f32[1]",
      CHECK_FUNCTION, .attrs = USUAL, .n_outputs = 4, .flags = CHECK_REFUSED);
  CHECK ("beta-of-1", FOUR ("[4]") "f32[1] f32[1]", CHECK_FUNCTION,
      .attrs = ATTRS (SgAdamAttrs, 1, 0.999f, 1e-8f), .n_outputs = 4,
      .flags = CHECK_REFUSED);
  BENCH ("bench", FOUR ("[1000000]") "f32{9} f32(0.001)", CHECK_FUNCTION,
      .attrs = USUAL, .n_outputs = 4);
}
