/* gst-stylegan: reference for reductions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ref/ref.h"

G_BEGIN_DECLS

/* What becomes of the sum of @n numbers; integers wrap. */
typedef struct
{
  gdouble (*real) (gdouble sum, gint64 n);
  guint64 (*integer) (gint64 sum, gint64 n);
  guint64 (*natural) (guint64 sum, guint64 n);
} RefReduce;

gboolean ref_reduce (const RefReduce * operation, const SgCall * call,
    SgTensor * y, const SgTensor * x, GError ** error);

G_END_DECLS
