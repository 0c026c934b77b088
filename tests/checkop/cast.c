/* gst-stylegan: checkop, Cast
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/cast.h"
#include "checkop.h"

void
check_cast (Check * check)
{
  static const SgDType types[] = {
    SG_DTYPE_F32, SG_DTYPE_F16, SG_DTYPE_F64, SG_DTYPE_I32, SG_DTYPE_I64,
    SG_DTYPE_U8, SG_DTYPE_BOOL
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (types); k++) {
      g_autofree gchar *inputs = g_strdup_printf ("%s[3,17]@0:100",
          sg_dtype_name (types[i]));
      g_autofree gchar *name = g_strdup_printf ("%s-to-%s",
          sg_dtype_name (types[i]), sg_dtype_name (types[k]));

      CHECK (name, inputs, CHECK_EXACT,
          .attrs = ATTRS (SgCastAttrs, .to = types[k]));
    }
  }
}
