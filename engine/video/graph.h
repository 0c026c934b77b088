/* gst-stylegan: everything between the two conversions of a frame, as one graph
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   frame -> [scale] -> networks -> [mixed] -> [filtered over time] -> picture
 *   picture                                     at the frame's size
 *   frame + scale back (picture - scaled frame)  at another
 *   -> composed with the frame
 *
 * All but the last for each view of the frame, see stereo.h. */
#pragma once

#include "video/network.h"

G_BEGIN_DECLS

/* Whether frames can be carried (carry.h). */
typedef enum
{
  VIDEO_CARRY_NEVER,
  VIDEO_CARRY_READY,            /* the graph keeps what that needs */
  VIDEO_CARRY_ONLY,             /* the graph does it */
} VideoCarryMode;

typedef struct
{
  gint width, height;           /* of the frames */
  SgPixelConvention pixels;     /* of the frames as the graph has them: 3 channels */
  /* 1 or 2, fitted to the same wanted size. */
  const VideoNetwork *networks;
  guint n_networks;
  SgTemporalMode temporal;
  VideoCarryMode carry;         /* _ONLY: without the networks; needs the filter */
  gboolean masked;
  SgStereoMode stereo;          /* fits are those of one view */
  gboolean wrap;                /* rows of the views are circles */
} VideoGraphConfig;

/* Inputs that the graph has besides the frame, by index, in f32; 0: not there. They are
 * the same whatever config.carry is. */
typedef struct
{
  guint compose;                /* [SG_COMPOSE_N_PARAMS], see ops/compose.h */
  guint mask;                   /* [1,1,height,width] */
  guint mix;                    /* [SG_COMPOSE_N_PARAMS], share of the second network and 0 */
  VideoTemporal temporal;       /* the rest of inputs and outputs; zeros without */
  VideoTemporal right;          /* of the second view: fed alike, not counted */
  SgSessionState states[2 * VIDEO_TEMPORAL_MAX_STATES]; /* of both */
  guint n_states;
} VideoGraph;

/* Input 0 and output 0 are [1,3,height,width] in config.pixels.
 * Returns: (transfer full) */
SgGraph *video_graph_new (const VideoGraphConfig * config, VideoGraph * result,
    GError ** error);

G_END_DECLS
