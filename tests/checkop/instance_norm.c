/* gst-stylegan: checkop, InstanceNormalization
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "ops/normalize.h"
#include "checkop.h"

void
check_instance_norm (Check * check)
{
  static const gchar *const shapes[] = {
    "[1,3,17,19]", "[2,5,7,9]", "[1,16,67,71]", "[1,1,1,2]", "[1,3,1,1]",
    "[2,4,33]", "[1,2,3,5,7]", "[1,7,131,3]"
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    gint c = atoi (strchr (shapes[i], ',') + 1);
    g_autofree gchar *inputs = g_strdup_printf ("f32%s f32[%d]! f32[%d]!",
        shapes[i], c, c);

    CHECK (shapes[i], inputs, CHECK_NORM,
        .attrs = ATTRS (SgInstanceNormAttrs, .epsilon = 1e-5f));
  }
  CHECK ("large-epsilon", "f32[1,3,17,19] f32[3]! f32[3]!", CHECK_NORM,
      .attrs = ATTRS (SgInstanceNormAttrs, .epsilon = 1e-3f));
  CHECK ("computed", "f32[1,3,17,19] f32[3]@-2:2 f32[3]@-2:2", CHECK_NORM,
      .attrs = ATTRS (SgInstanceNormAttrs, .epsilon = 1e-5f));
  CHECK ("wrong-scale", "f32[1,3,17,19] f32[4]! f32[3]!", CHECK_NORM,
      .attrs = ATTRS (SgInstanceNormAttrs, .epsilon = 1e-5f),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] f32[32]! f32[32]!", CHECK_NORM,
      .attrs = ATTRS (SgInstanceNormAttrs, .epsilon = 1e-5f));
}
