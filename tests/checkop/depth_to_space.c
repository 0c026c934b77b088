/* gst-stylegan: checkop, DepthToSpace
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/depth_to_space.h"
#include "checkop.h"

void
check_depth_to_space (Check * check)
{
  for (guint crd = 0; crd < 2; crd++) {
    static const struct
    {
      const gchar *name, *inputs;
      gint64 blocksize;
      const gchar *expect;
    } rows[] = {
      {"2", "f32[1,12,5,7]", 2, "[1,3,10,14]"},
      {"3", "f32[2,18,5,7]", 3, "[2,2,15,21]"},
      {"4", "f32[1,48,3,5]", 4, "[1,3,12,20]"},
      {"1", "f32[1,3,5,7]", 1, "[1,3,5,7]"},
      {"pixel", "f32[1,4,1,1]", 2, "[1,1,2,2]"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
      g_autofree gchar *name = g_strconcat (crd ? "crd-" : "dcr-",
          rows[i].name, NULL);

      KEEP 0 ();
    }
  }
  KEEP 1 ();
  KEEP 2 ();
  KEEP 3 ();
}
