/* gst-stylegan: for operators that move an input along the flow first
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/flow.h"

G_BEGIN_DECLS

/* @x moved along @flow, or @x itself if @move has no steps. Returns: (transfer full) */
SgTensor *ref_move (const SgWarpAttrs * move, SgTensor * x, SgTensor * flow,
    GError ** error);

G_END_DECLS
