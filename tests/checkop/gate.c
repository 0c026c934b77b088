/* gst-stylegan: checkop, gate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gate.h"
#include "checkop.h"

void
check_gate (Check * check)
{
  static const struct
  {
    const gchar *name;
    SgGateAttrs attrs;
  } kinds[] = {
    {"relu", {0, 0, 0, 0, 1}},
    {"leaky-relu", {0, 0, 0.1f, 0.1f, 1}},
    {"abs", {0, 0, -1, 0, 1}},
    {"clip", {-0.25f, 0.5f, 0, 1, 0}},
    {"open", {-G_MAXFLOAT, G_MAXFLOAT, 0, 2, 0}},
  };
  static const gchar *const shapes[] = {
    "[]", "[1]", "[7]", "[16]", "[17]", "[65]", "[1,3,17,19]", "[1,16,67,71]",
    "[0]",
  };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
    for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
      g_autofree gchar *name = g_strdup_printf ("%s-%s", kinds[k].name,
          shapes[i]);
      g_autofree gchar *inputs = g_strdup_printf ("f32%s f32%s", shapes[i],
          shapes[i]);

      CHECK (name, inputs, CHECK_EXACT, .attrs = &kinds[k].attrs);
    }
  }
  CHECK ("limits", "f32{-1,0,1,2} f32[4]", CHECK_EXACT,
      .attrs = ATTRS (SgGateAttrs, 0, 1, 3, 5, 7));
  CHECK ("crossed-limits", "f32[4] f32[4]", CHECK_EXACT,
      .attrs = ATTRS (SgGateAttrs, 1, 0, 0, 1, 0), .flags = CHECK_REFUSED);
  CHECK ("mismatch", "f32[4] f32[5]", CHECK_EXACT,
      .attrs = ATTRS (SgGateAttrs, 0, 0, 0, 0, 1), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] f32[1,32,180,320]", CHECK_EXACT,
      .attrs = ATTRS (SgGateAttrs, 0, 0, 0, 0, 1));
}
