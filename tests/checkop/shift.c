/* gst-stylegan: checkop, shift
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shift.h"
#include "checkop.h"

void
check_shift (Check * check)
{
  static const gchar *const offsets[] = { "0,0", "2,3", "-2,3", "4,-5",
    "-6,-7", "16,18", "17,0", "0,19", "-16,0", "0,-17", "100,-100",
    "4611686018427387904,-4611686018427387904",
  };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    g_autofree gchar *inputs = g_strdup_printf ("f32[2,3,17,19] i64{%s}",
        offsets[i]);
    g_autofree gchar *back = g_strconcat ("back-", offsets[i], NULL);

    CHECK (offsets[i], inputs, CHECK_EXACT, .attrs = ATTRS (SgShiftAttrs, 13,
            11), .expect = "[2,3,13,11]");
    CHECK (back, inputs, CHECK_EXACT, .attrs = ATTRS (SgShiftAttrs, 16, 17,
            TRUE), .expect = "[2,3,16,17]");
  }
  /* no copy, though the shape stays */
  CHECK ("same-size", "f32[1,3,5,7] i64{1,-2}", CHECK_EXACT,
      .attrs = ATTRS (SgShiftAttrs, 5, 7), .expect = "[1,3,5,7]");
  CHECK ("larger", "f32[1,3,5,7] i64{-2,-1}", CHECK_EXACT,
      .attrs = ATTRS (SgShiftAttrs, 11, 12), .expect = "[1,3,11,12]");
  CHECK ("no-size", "f32[1,3,5,7] i64{0,0}", CHECK_EXACT,
      .attrs = ATTRS (SgShiftAttrs, 0, 3), .flags = CHECK_REFUSED);
  CHECK ("one-offset", "f32[1,3,5,7] i64{0}", CHECK_EXACT,
      .attrs = ATTRS (SgShiftAttrs, 3, 3), .flags = CHECK_REFUSED);
  CHECK ("float-offset", "f32[1,3,5,7] f32{0,0}", CHECK_EXACT,
      .attrs = ATTRS (SgShiftAttrs, 3, 3), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[4,3,256,256] i64{3,5}", CHECK_EXACT,
      .attrs = ATTRS (SgShiftAttrs, 248, 248));
}
