/* gst-stylegan: smoothing a stylised video over time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What has been seen so far is one tensor, the history [1,C+1,H,W]: the filtered
 * picture of the frame before, and in the last plane how many frames each pixel is
 * the mean of. scene_change decides once per frame whether it may be used at all;
 * the others read that from its output, so that nothing goes through the host. */
#pragma once

#include "ops/flow.h"

G_BEGIN_DECLS

/* scene_change's output, [SG_SCENE_N] f32, and as `before` its input */
enum
{
  SG_SCENE_STRENGTH,            /* 0..1 */
  SG_SCENE_RESTART,             /* 1: the history counts for nothing now */
  SG_SCENE_HOLD,                /* 1: and yet it is kept for the next frame */
  SG_SCENE_NOISE,               /* standard deviation of luma, levels of 0..255 */
  SG_SCENE_CUT,                 /* 1: this frame looks like another scene; -1: the
                                 * one before did, but was a flash */
  SG_SCENE_SEEN,                /* frames since the restart, 0: none at all */
  SG_SCENE_DISTANCE,            /* of the histograms, 0..1 */
  SG_SCENE_COST,                /* median of the flow's cost, levels of luma */
  SG_SCENE_N
};

/* scene_change's parameters, [SG_SCENE_N_PARAMS] f32 */
enum
{
  SG_SCENE_PARAM_STRENGTH,      /* 0..1; what is outside counts as the limit */
  SG_SCENE_PARAM_RESET,         /* above 0.5: start anew */
  SG_SCENE_N_PARAMS
};

#define SG_SCENE_BINS 32        /* of 8 levels */
#define SG_SCENE_SECTIONS 3     /* in x and in y */
#define SG_SCENE_MAX_NOISE 10   /* levels: what is more is no noise */

/* scene_change (now, before [1,1,h,w] luma, cost [1,1,..] of flow_match,
 *   scene before [SG_SCENE_N], parameters [SG_SCENE_N_PARAMS]) -> [SG_SCENE_N]
 *
 * Another scene: the histograms of 3 x 3 sections differ by more than `distance` in
 * the mean, each by 1/2 sum (p - q)^2 / (p + q), and the median cost is above `cost`:
 * panning changes histograms, but is found by the flow; flicker of light is not
 * found by the flow, but spares some histograms. A frame that looks like another
 * scene restarts, and the history is held: if the next one fits what was before,
 * that was a flash, and the history goes on; if not, it restarts for good.
 * Cross-fades change too little per frame to be cuts: they are left to confidence.
 *
 * Noise: a quarter of the blocks cost less than q; for normal noise, mean |a - b| is
 * 2 / sqrt (pi) times its deviation. The running mean takes a quarter of each frame.
 *
 * All pixels and costs are rounded to integers first (cost: to 1/8, which is how
 * flow_match counts), histograms are counted in integers. */
typedef struct
{
  gfloat distance;              /* 0..1 */
  gfloat cost;                  /* levels of luma */
} SgSceneChangeAttrs;

/* select (a, b as a, scene [SG_SCENE_N]) -> scene[index] > 0.5 ? b : a */
typedef struct
{
  gint index;
} SgSelectAttrs;

/* temporal_confidence (now [1,1,H,W], before [1,B,H,W], scene [SG_SCENE_N],
 *   flow or none) -> [1,1,H,W], 0..1: may a pixel's history be trusted?
 * now, before: luma 0..255, `before` moved along the flow; of its planes the first.
 *   r = max (0, mean over 3 x 3 of (now - before)^2 - 2 noise^2) / 255^2
 *   c = exp (-sharpness r), 0 where the flow leads out of the picture by more than
 *     half a pixel
 * (past the border, pixels of the border repeated). Lai et al., Learning Blind
 * Video Temporal Consistency, 2018, take exp (-50 ||.||^2) of R, G, B. */
typedef struct
{
  gfloat sharpness;
  gint step;                    /* of the flow */
  gboolean wrap;                /* rows are circles */
  SgWarpAttrs move;             /* of before, by the same flow; or step 0 */
} SgTemporalConfidenceAttrs;

/* temporal_blend (stylised [1,C,H,W], warped [1,C+1,H,W], confidence [1,1,H,W],
 *   history [1,C+1,H,W], scene [SG_SCENE_N]) -> out [1,C,H,W], history [1,C+1,H,W]
 * s, h, n, c: of one pixel the stylised value, the warped history, its length, the
 * confidence (0 on a restart).
 *   n' = c > 0.5 ? max (1, min (n + 1, max_length, slack / max (1 - c, 1 / 32))) : 1
 *   w = strength c (1 - 1 / n')
 *   d = (clip * deviation of s in 3 x 3 + clip_floor) / max (1 - c, 1 / 32)
 *   out = s + w (clamp (h, m - d, m + d) - s), m: mean of s in 3 x 3
 *   history out = out, n'; the history as it is on hold
 * w = 0: out is s, bit for bit. (Border pixels repeated for 3 x 3.)
 *
 * The running mean settles as fast as may be and stays one of max_length frames, or
 * of fewer where less is trusted: slack 256 never shortens it.
 * Clipping to the neighbourhood as temporal anti-aliasing does (Salvi, 2016) would
 * keep flicker, which is by nature outside of what the current frame shows: so the
 * clip opens with confidence, and closes where the past is doubtful. */
typedef struct
{
  gfloat max_length;            /* 1 .. 256 */
  gfloat clip;                  /* standard deviations */
  gfloat clip_floor;            /* in units of the picture */
  gfloat slack;                 /* 0 .. 256 */
  gboolean wrap;                /* rows are circles */
  SgWarpAttrs move;             /* of the history, input 5 is the flow; or step 0 */
} SgTemporalBlendAttrs;

/* warp_error (now, before [1,1,h,w], confidence [1,1,ceil (H/h)..]) -> [2]
 * Of the pixels trusted by more than 0.5: mean of (now - before)^2, 0 if there are
 * none, and their share of all. The confidence of pixel (x, y) is that at (factor x,
 * factor y): h = ceil (H / factor). */
typedef struct
{
  gint factor;                  /* 1 .. 64 */
  SgWarpAttrs move;             /* of before, input 3 is the flow; or step 0 */
} SgWarpErrorAttrs;

/* That input @index is f32 [@n]. */
gboolean sg_temporal_check_vector (const SgCall * call, guint index,
    const gchar * what, gint64 n, GError ** error);

G_END_DECLS
