/* gst-stylegan: gradients of a graph, as more of the graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/graph.h>

G_BEGIN_DECLS

/* Appends to @graph what computes dloss / dwanted[i], by going through it backwards
 * (reverse mode). The result runs in a session like any other graph.
 *
 * The inputs of @graph must be declared with concrete shapes, and the session be made
 * for those: what a gradient looks like depends on them. Constants are folded on the
 * way. Only what the gradients need is appended.
 *
 * @loss: of one element, floating point
 * @wanted: values of @graph, inputs or computed, floating point; @n of them
 * @gradients: room for @n; each has type and shape of the wanted value, and is zero
 *   where the loss does not depend on it. Owned by the graph. Not outputs yet.
 * Errors, which leave the graph computing what it did: SG_ERROR_UNSUPPORTED (names
 *   the node that has no gradient), _SHAPE (a free dimension; a loss of several
 *   elements; shapes that do not fit), _INVALID_ARGUMENT. */
gboolean sg_autodiff (SgGraph * graph, SgValue * loss,
    SgValue * const *wanted, guint n, SgValue ** gradients, GError ** error);

G_END_DECLS
