/* gst-stylegan: ReduceMean, ReduceSum
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* reduce_mean, reduce_sum (x, axes [n], constant, or none) -> y: the mean or
 * sum over the axes; over all of them where none are named, unless
 * @noop_with_empty_axes. ONNX's ReduceMean and ReduceSum. Means of integers are
 * cut towards zero; the sum of nothing is 0, its mean NaN (0 for integers). */
typedef struct
{
  gboolean keepdims;            /* y has x's rank, with dimensions of 1 */
  gboolean noop_with_empty_axes;
} SgReduceAttrs;

/* Which axes of x @call reduces. */
gboolean sg_reduce_resolve (const SgCall * call, gboolean reduced[SG_MAX_RANK],
    GError ** error);

struct _SgGradient;

/* What the descriptors share. */
gboolean sg_reduce_infer (SgCall * call, GError ** error);
gdouble sg_reduce_flops (const SgCall * call);
/* Of the sum. */
void sg_reduce_gradient (struct _SgGradient *g);
/* Of the opsets with axes as an input, and as an attribute. */
gboolean sg_reduce_parse (SgImport * import, gpointer attrs, GError ** error);
gboolean sg_reduce_parse_attribute (SgImport * import, gpointer attrs,
    GError ** error);
gboolean sg_reduce_write (SgExport * export, gconstpointer attrs,
    GError ** error);
gboolean sg_reduce_write_attribute (SgExport * export, gconstpointer attrs,
    GError ** error);

G_END_DECLS
