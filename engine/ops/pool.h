/* gst-stylegan: AveragePool and MaxPool
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/window.h"

G_BEGIN_DECLS

/* average_pool (x [N,C,D1..]) -> y [N,C,D1'..]
 * max_pool (x [N,C,D1..]) -> y, (indices i64, as y)
 * ONNX's AveragePool and MaxPool. Padding never is the maximum; an average
 * counts it where @count_include_pad says so, but never what lies beyond it,
 * where ceil_mode lets the last window reach. */
typedef struct
{
  SgWindow window;
  gboolean ceil_mode;
  gboolean count_include_pad;   /* average_pool */
  gboolean column_major;        /* max_pool: indices count along the first
                                 * spatial axis first (storage_order 1) */
} SgPoolAttrs;

gboolean sg_pool_parse (SgImport * import, gpointer attrs, GError ** error);
/* SgOnnxName.write, but for what only one of the two has. */
gboolean sg_pool_write (SgExport * export, gconstpointer attrs,
    GError ** error);
/* sg_window_resolve () for the input of @call, and that no window is in the
 * padding altogether. @out: spatial sizes of y */
gboolean sg_pool_resolve (const SgCall * call, SgWindow * window,
    gint64 out[SG_MAX_SPATIAL], GError ** error);
/* Output 0; the caller has checked dtype, rank and that x is not empty. */
gboolean sg_pool_infer (SgCall * call, GError ** error);
/* One operation per sample of every window. */
gdouble sg_pool_flops (const SgCall * call);

G_END_DECLS
