/* gst-stylegan: reference for ReduceMean
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/reduce.h"

static gdouble
real (gdouble sum, gint64 n)
{
  return sum / n;
}

static guint64
integer (gint64 sum, gint64 n)
{
  return n > 0 ? (guint64) (sum / n) : 0;
}

static guint64
natural (guint64 sum, guint64 n)
{
  return n > 0 ? sum / n : 0;
}

static const RefReduce operation = { real, integer, natural };

gboolean
ref_reduce_mean (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  return ref_reduce (&operation, call, outputs[0], inputs[0], error);
}
