/* gst-stylegan: pad_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"
#include "ops/pad.h"

G_BEGIN_DECLS

/* pad_grad (dy) -> dx, the gradient of pad: every sample of dy is added to the one
 * of dx that it is a copy of. dx is dy without @begin and @end samples per
 * dimension, neither of them negative. */
typedef struct
{
  SgPadMode mode;
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
} SgPadGradAttrs;

G_END_DECLS
