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

    KEEP 0 ();
  }
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++) {
    g_autofree gchar *name = g_strdup_printf ("factors-%u", i);

    KEEP 1 ();
  }
  KEEP 2 ();
  KEEP 3 ();
  KEEP 4 ();
  KEEP 5 ();
  KEEP 6 ();
  KEEP 7 ();
}
