/* gst-stylegan: the filter that keeps a stylised video steady, as part of a graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/session.h>

G_BEGIN_DECLS

typedef enum
{
  /* A mean over time of up to 16 frames of what does not move. */
  VIDEO_TEMPORAL_STATIC,
  /* A mean of up to 8 frames along the motion of the input. */
  VIDEO_TEMPORAL_MOTION,
} VideoTemporalMode;

typedef struct
{
  VideoTemporalMode mode;
  gint width, height;           /* working resolution */
  SgPixelConvention input;      /* of the frame */
  SgPixelConvention output;     /* of the stylised picture */
  /* Also keeps what the network was shown, so that a graph without the network
   * may go on where one with it left off. */
  gboolean can_carry;
  gboolean wrap;                /* rows are circles */
  gboolean alternating;         /* frames are of two views in turn, each with its own past */
  SgValue *parameters;          /* those of another filter in the graph, or NULL */
} VideoTemporalConfig;

/* The filter's own input, f32 [VIDEO_TEMPORAL_N_PARAMS]: may change with every frame. */
enum
{
  VIDEO_TEMPORAL_PARAM_STRENGTH,        /* 0..1; 0: the unfiltered picture to the bit */
  VIDEO_TEMPORAL_PARAM_RESET,   /* 1: this frame is the first of a video */
  VIDEO_TEMPORAL_N_PARAMS
};

/* The filter's own output, f32 [VIDEO_TEMPORAL_N_STATS], of one frame. Errors are
 * mean squares along the flow over the pixels that are trusted, of luma in levels of
 * 0..255 at half the resolution; they say nothing where RESTART is 1, where CUT is
 * -1, and in the first frame after a restart. */
enum
{
  VIDEO_TEMPORAL_STAT_STRENGTH,
  VIDEO_TEMPORAL_STAT_RESTART,  /* 1: nothing of the past went into this frame */
  VIDEO_TEMPORAL_STAT_HOLD,     /* 1: and yet the past is kept, see CUT */
  VIDEO_TEMPORAL_STAT_NOISE,    /* of the input, standard deviation of luma */
  VIDEO_TEMPORAL_STAT_CUT,      /* 1: a cut; -1: the one just reported was a flash */
  VIDEO_TEMPORAL_STAT_SEEN,     /* frames since the restart */
  VIDEO_TEMPORAL_STAT_DISTANCE, /* to the frame before: of the histograms, 0..1 */
  VIDEO_TEMPORAL_STAT_COST,     /* median over blocks of what the flow cannot
                                 * explain, levels of luma */
  VIDEO_TEMPORAL_STAT_INPUT_ERROR,
  VIDEO_TEMPORAL_STAT_TRUSTED,  /* share of pixels, 0..1 */
  VIDEO_TEMPORAL_STAT_RAW_ERROR,        /* of the stylised picture, unfiltered */
  VIDEO_TEMPORAL_STAT_RAW_TRUSTED,
  VIDEO_TEMPORAL_STAT_ERROR,    /* of the filtered picture */
  VIDEO_TEMPORAL_STAT_ERROR_TRUSTED,
  VIDEO_TEMPORAL_N_STATS
};

#define VIDEO_TEMPORAL_N_STATES 6       /* without can_carry */
#define VIDEO_TEMPORAL_MAX_STATES (2 * (VIDEO_TEMPORAL_N_STATES + 1))

typedef struct
{
  SgValue *filtered;            /* [1,C,height,width] as the stylised picture */
  guint parameters;             /* index of the input */
  guint stats;                  /* index of the output, after _finish () */
  SgSessionState states[VIDEO_TEMPORAL_MAX_STATES];     /* outputs: after _finish () */
  guint n_states;
  /* To look at: vectors as ops/flow.h has them, of 4 x 4 pixels each, NULL in
   * static mode; [1,1,height,width] 0..1. */
  SgValue *flow, *confidence;
  /*< private > */
  SgValue *next[VIDEO_TEMPORAL_MAX_STATES], *stats_value;
} VideoTemporal;

/* Appends the filter to @graph.
 * @frame: [1,input.channels,height,width], what the network was shown
 * @stylised: [1,output.channels,height,width], what it made of it; NULL: the network is
 *   left out for this frame (carry.h), which needs can_carry. Useless where the
 *   statistics then say RESTART. What is carried counts for less in the mean than what
 *   the network made.
 * Adds inputs behind those there are: parameters and states.
 *
 * The past as it is kept: the filtered picture and the luma of the input filtered
 * alike, both with the length of each pixel's history; the luma of the frame before,
 * for the flow; luma at half resolution of the picture before and after the filter,
 * for the statistics. One is written while the other is read: 5 frames of memory for
 * 3 channels, beside what the arena needs.
 * Trust is how near the input is to its own filtered past: what the filter trails
 * behind, light or fades, shows there before it shows in the picture.
 * Errors: SG_ERROR_INVALID_ARGUMENT (sizes or channels that no picture has). */
gboolean video_temporal_add (SgGraph * graph,
    const VideoTemporalConfig * config, SgValue * frame, SgValue * stylised,
    VideoTemporal * temporal, GError ** error);

/* Adds statistics and states to the outputs that @graph has by now. */
void video_temporal_finish (SgGraph * graph, VideoTemporal * temporal);

G_END_DECLS
