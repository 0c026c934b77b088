/* gst-stylegan: Shape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* shape (x) -> i64 [n]: x's dimensions from @start to before @end. Nothing but
 * the description of x is looked at, its data may be absent. ONNX's Shape. */
typedef struct
{
  gint64 start, end;            /* may be negative; clamped */
  gboolean has_end;             /* else: to the last dimension */
} SgShapeAttrs;

/* The range of dimensions for a tensor of @rank. */
void sg_shape_op_range (const SgShapeAttrs * attrs, gint rank, gint * start,
    gint * n);

G_END_DECLS
