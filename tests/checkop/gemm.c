/* gst-stylegan: checkop, Gemm
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gemm.h"
#include "checkop.h"

void
check_gemm (Check * check)
{
  static const gfloat factors[][2] = { {1, 1}, {0.5f, 2}, {1, 0} };

  for (guint i = 0; i < 4; i++) {
    gboolean a = i & 1, b = i >> 1;
    g_autofree gchar *inputs = g_strdup_printf ("f32%s f32%s! f32[13]!",
        a ? "[17,5]" : "[5,17]", b ? "[13,17]" : "[17,13]");
    g_autofree gchar *name = g_strdup_printf ("trans-%d-%d", a, b);

    CHECK (name, inputs, CHECK_SUM,
        .attrs = ATTRS (SgGemmAttrs, .alpha = 1, .beta = 1, .trans_a = a,
            .trans_b = b), .expect = "[5,13]");
  }
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++) {
    g_autofree gchar *name = g_strdup_printf ("factors-%u", i);

    CHECK (name, "f32[4,7] f32[7,9] f32[4,9]", CHECK_SUM,
        .attrs = ATTRS (SgGemmAttrs, .alpha = factors[i][0],
            .beta = factors[i][1]));
  }
  CHECK ("no-c", "f32[4,7] f32[7,9]", CHECK_SUM,
      .attrs = ATTRS (SgGemmAttrs, .alpha = 1, .beta = 1));
  CHECK ("scalar-c", "f32[4,7] f32[7,9] f32[]", CHECK_SUM,
      .attrs = ATTRS (SgGemmAttrs, .alpha = 1, .beta = 1));
  CHECK ("column-c", "f32[4,7] f32[7,9] f32[4,1]", CHECK_SUM,
      .attrs = ATTRS (SgGemmAttrs, .alpha = 1, .beta = 1));
  CHECK ("large", "f32[65,127] f32[127,63]! f32[63]!", CHECK_SUM,
      .attrs = ATTRS (SgGemmAttrs, .alpha = 1, .beta = 1));
  CHECK ("mismatch", "f32[4,7] f32[8,9]", CHECK_SUM,
      .attrs = ATTRS (SgGemmAttrs, .alpha = 1, .beta = 1),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[128,512] f32[512,512]! f32[512]!", CHECK_SUM,
      .attrs = ATTRS (SgGemmAttrs, .alpha = 1, .beta = 1));
}
