/* gst-stylegan: what depth_to_space and space_to_depth share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

gboolean sg_blocks_parse (SgImport * import, gpointer attrs, GError ** error);
/* Rank and block size. */
gboolean sg_blocks_check (const SgCall * call, GError ** error);

G_END_DECLS
