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

      CHECK (name, rows[i].inputs, CHECK_EXACT,
          .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = rows[i].blocksize,
              .crd = crd), .expect = rows[i].expect);
    }
  }
  CHECK ("does-not-divide", "f32[1,6,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 2),
      .flags = CHECK_REFUSED);
  CHECK ("no-blocks", "f32[1,6,5,7]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 0),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,64,90,160]", CHECK_EXACT,
      .attrs = ATTRS (SgDepthToSpaceAttrs, .blocksize = 2, .crd = TRUE));
}
