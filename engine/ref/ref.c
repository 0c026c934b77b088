/* gst-stylegan: the reference for each operator
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/ref.h"

/* The name in the list is the one in the descriptor. */
#define SG_OP(word) { #word, ref_ ## word },
static const struct
{
  const gchar *name;
  RefFunc func;
} funcs[] = {
#include "ops/list.h"
};

#undef SG_OP

RefFunc
ref_find (const SgOp * op)
{
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    if (g_str_equal (funcs[i].name, op->name))
      return funcs[i].func;
  g_return_val_if_reached (NULL);
}
