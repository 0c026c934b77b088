/* gst-stylegan: a frame without the network: what it made of the frame before, moved
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/graph.h>

G_BEGIN_DECLS

/* All but frame: moved along the motion of the input (video/temporal.h). */
typedef struct
{
  SgValue *frame;               /* [1,C,H,W], what the network would be shown */
  SgValue *frame_before;        /* the same, of the frame before */
  SgValue *history;             /* [1,C+1,H,W], what came out for that */
  SgValue *confidence;          /* [1,1,H,W], 0..1 */
} VideoCarry;

/* Appends s = history + (1 - confidence) (frame - frame_before), [1,C,H,W]: the picture
 * of before where the motion can be followed; where it cannot, and where something has
 * come into view, the frame itself with the edit (picture minus frame) of what was there.
 * Errors: those of sg_graph_add_node (). */
SgValue *video_carry_add (SgGraph * graph, const VideoCarry * carry,
    gint channels, GError ** error);

/* @history as a blend left it, with all lengths one less: a carried frame adds nothing to
 * the mean, and where it is a guess (length 0) the network's next picture stands alone. */
SgValue *video_carry_age (SgGraph * graph, SgValue * history, gint channels,
    GError ** error);

G_END_DECLS
