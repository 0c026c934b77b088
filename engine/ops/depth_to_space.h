/* gst-stylegan: DepthToSpace and SpaceToDepth
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* depth_to_space (x [N,C*b*b,H,W]) -> y [N,C,H*b,W*b], and space_to_depth the
 * other way round. Channel of C*b*b that sample (i, j) of a block is of:
 * (i * b + j) * C + c, or crd: c * b * b + i * b + j. */
typedef struct
{
  gint64 blocksize;
  gboolean crd;                 /* mode: CRD, else DCR */
} SgDepthToSpaceAttrs;

G_END_DECLS
