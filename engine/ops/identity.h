/* gst-stylegan: Identity and Dropout
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* identity (x, ratio or none, training_mode or none) -> y = x, (mask)
 * ONNX's Identity, and its Dropout when it is not training: then nothing is
 * dropped and the mask, as x in shape, is all true. */
typedef struct
{
  gboolean typed_mask;          /* mask has the type of x, not bool */
} SgIdentityAttrs;

G_END_DECLS
