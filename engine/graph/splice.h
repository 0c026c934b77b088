/* gst-stylegan: one graph inside another
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/graph.h"

G_BEGIN_DECLS

/* Appends a copy of the nodes of @src to @dst; constants are shared. Shapes and
 * types known in @src are not taken over.
 * @inputs: values of @dst that stand for the inputs of @src, in their order
 * @outputs: filled with the values of @dst that stand for the outputs of @src;
 *   room for sg_graph_get_n_outputs (). An output that is an input of @src
 *   comes out as what was given for it. */
void sg_graph_append_graph (SgGraph * dst, SgGraph * src,
    SgValue * const *inputs, SgValue ** outputs);

G_END_DECLS
