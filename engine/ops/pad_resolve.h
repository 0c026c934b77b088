/* gst-stylegan: what Pad's inputs say
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* Pads per dimension of a pad call, from its constant inputs. Negative pads
 * crop, and do so before the rest is padded.
 * @begin, @end: one per dimension of input 0
 * Errors: SG_ERROR_UNSUPPORTED (not constant), _SHAPE, _INVALID_MODEL */
gboolean sg_pad_resolve (const SgCall * call, gint64 begin[SG_MAX_RANK],
    gint64 end[SG_MAX_RANK], GError ** error);

G_END_DECLS
