/* gst-stylegan: the search for motion, from coarse to fine, as part of a graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/flow.h"

G_BEGIN_DECLS

#define SG_FLOW_MAX_LEVELS 6
#define SG_FLOW_STEP 4          /* of the vectors that pictures are moved by */

typedef struct
{
  /* [1,1,..] luma of 0..255, finest first, each half as wide and high as the one
   * before, rounded up. */
  SgValue *now[SG_FLOW_MAX_LEVELS], *before[SG_FLOW_MAX_LEVELS];
  guint n_levels;
  gboolean wrap;                /* rows are circles: set before anything is added */
  SgValue *flow;                /* of blocks of SG_FLOW_STEP pixels */
  SgValue *block_flow;          /* of blocks twice as wide and high */
  SgValue *cost;                /* of flow, as of flow_match */
} SgFlowPyramid;

/* Appends levels to the finest one, now[0] and before[0], as long as the shorter side
 * is large enough to find something on, up to @max_levels in all. Later calls need
 * the levels to be there.
 * @width, @height: of the finest
 * Errors, also below: those of sg_graph_add_node (). */
gboolean sg_flow_add_levels (SgGraph * graph, SgFlowPyramid * pyramid,
    gint width, gint height, guint max_levels, GError ** error);
/* Appends the search: windows of 16 pixels on the finest level, for exact vectors,
 * and of 8 on the others and for the last choice, so that borders of motion stay
 * sharp. */
gboolean sg_flow_add_search (SgGraph * graph, SgFlowPyramid * pyramid,
    GError ** error);

G_END_DECLS
