/* gst-stylegan: Slice
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* slice (x, starts [n], ends [n], axes [n] or none, steps [n] or none) -> y,
 * y[i] = x[start + i * step] along each axis. ONNX's Slice; all but x are
 * constant integers. */

/* What @call takes of x, per axis of x: the first index, the step and the
 * number of elements. Errors: as for infer (). */
typedef struct
{
  gint64 start[SG_MAX_RANK];
  gint64 step[SG_MAX_RANK];
  gint64 size[SG_MAX_RANK];
} SgSliceRange;

gboolean sg_slice_resolve (const SgCall * call, SgSliceRange * range,
    GError ** error);

G_END_DECLS
