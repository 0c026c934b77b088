/* gst-stylegan: frames of two views
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "video/network.h"

G_BEGIN_DECLS

#define VIDEO_MAX_VIEWS 2

/* How many views a frame of @mode has, and of what size; SG_ERROR_INVALID_ARGUMENT and 0
 * where @frame is not halved by whole pixels. */
guint video_stereo_get_views (SgStereoMode mode, VideoSize frame,
    VideoSize * view, GError ** error);

/* @frame's views, left or upper one first. */
gboolean video_stereo_split (SgGraph * graph, SgStereoMode mode,
    VideoSize frame, SgValue * x, SgValue ** views, GError ** error);
/* And back. */
SgValue *video_stereo_join (SgGraph * graph, SgStereoMode mode,
    SgValue * const *views, GError ** error);

/* @n pictures [1,C,..] as one [n,C,..], and back. */
SgValue *video_stereo_stack (SgGraph * graph, SgValue * const *pictures,
    guint n, GError ** error);
gboolean video_stereo_unstack (SgGraph * graph, SgValue * x, guint n,
    SgValue ** pictures, GError ** error);

/* Two views of the same moment, [1,C,height,width] in @pixels. */
typedef struct
{
  SgPixelConvention pixels;
  VideoSize size;
  gboolean wrap;                /* rows are circles */
  SgValue *frames[VIDEO_MAX_VIEWS];     /* what the network was shown */
  SgValue *pictures[VIDEO_MAX_VIEWS];   /* what was made of it */
} VideoStereo;

/* The second picture as the first one shows the same things: moved along the disparity,
 * which is found in the frames as motion is, and taken where that explains the second
 * frame. NULL with an error: those of sg_graph_add_node (). */
SgValue *video_stereo_follow (SgGraph * graph, const VideoStereo * stereo,
    GError ** error);

G_END_DECLS
