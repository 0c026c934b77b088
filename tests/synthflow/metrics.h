/* gst-stylegan: how steady, sharp and faithful a video is
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pictures are planar, [3,H,W], R'G'B' in 0..1; flow is [2,H,W] in pixels to the
 * frame before; masks are [H,W], 1 where a pixel counts. Means over several frames
 * are taken of squares, roots at the end. A value that nothing was measured for is
 * NaN. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @out (x) = @picture (x + flow (x)), bilinear, border pixels repeated: what
 * published numbers use. @planes planes; @out is not @picture. */
void synth_warp (const gfloat * picture, gint planes, gint width, gint height,
    const gfloat * flow, gfloat * out);
/* Gaussian of @sigma px to 3 sigma, border pixels repeated. */
void synth_blur (const gfloat * picture, gint planes, gint width, gint height,
    gdouble sigma, gfloat * out);

/* --- flicker --------------------------------------------------------------- */

/* Sums over pairs of frames. Zeroed: none. */
typedef struct
{
  guint n_pairs, n_frames;
  gdouble stability;            /* of squares per pixel of the frame */
  gdouble warp;                 /* of squares per component of the mask */
  gdouble contrast;             /* of squares per component */
} SynthStability;

/* @before: the frame that @flow leads to from @now. A pair whose mask is empty
 * counts for nothing. */
void synth_stability_add (SynthStability * s, const gfloat * before,
    const gfloat * now, const gfloat * flow, const guint8 * mask, gint width,
    gint height);
/* For the flicker-to-contrast ratio. */
void synth_stability_add_contrast (SynthStability * s, const gfloat * now,
    gint width, gint height);

/* sqrt (1/T sum_t 1/(HW) sum_x M_t ||O_t - W O_(t-1)||^2): Chen et al., Coherent
 * Online Video Style Transfer, 2017; Gao et al., ReCoNet, 2018. Of the input it is
 * the "identity floor": what resampling and noise alone come to. Falls with a
 * smaller mask and with a weaker style. */
gdouble synth_stability_e_stab (const SynthStability * s);
/* Lai et al., Learning Blind Video Temporal Consistency, 2018: mean over pairs of
 * the mean square over components of the mask. Its root is comparable between masks
 * of different size; with a full mask, sqrt (3) times less than e_stab. */
gdouble synth_stability_e_warp (const SynthStability * s);
gdouble synth_stability_root_e_warp (const SynthStability * s);
/* Flicker-to-contrast ratio: root of E_warp by the root mean square of
 * O - blur (O, 8 px). Low contrast does not help it. */
gdouble synth_stability_fcr (const SynthStability * s);
/* sqrt (max (0, e^2 - floor^2)) */
gdouble synth_above_floor (gdouble e, gdouble floor);

/* --- ghosts ---------------------------------------------------------------- */

/* What a filter does to pixels that have no past. Zeroed: nothing yet. */
typedef struct
{
  gdouble change, n_change;
  gdouble filtered, raw, n;
} SynthGhost;

/* @filtered, @raw: frame t with and without the filter; @disoccluded: of t */
void synth_ghost_add_change (SynthGhost * g, const gfloat * filtered,
    const gfloat * raw, const guint8 * disoccluded, gint width, gint height);
/* The same, and how well both foretell @raw_next, frame t + 1 without the filter,
 * at pixels that @flow_next, valid by @valid_next, leads to disoccluded ones. */
void synth_ghost_add_next (SynthGhost * g, const gfloat * filtered,
    const gfloat * raw, const guint8 * disoccluded, const gfloat * raw_next,
    const gfloat * flow_next, const guint8 * valid_next, gint width,
    gint height);
/* Root mean square of filtered - raw on disoccluded pixels; 0: no ghosts. */
gdouble synth_ghost_change (const SynthGhost * g);
/* Error of the filtered frame by that of the raw one, both against the next raw
 * frame. 1: no ghosts; below: the filter has taken flicker away without harm. */
gdouble synth_ghost_ratio (const SynthGhost * g);

/* --- noise, sharpness, drift ------------------------------------------------ */

/* Standard deviation of G(x + n) - G(x) by that of n; 1 for the identity.
 * Zeroed: nothing yet. */
typedef struct
{
  gdouble n, out, out2, in, in2;
} SynthNoiseGain;

void synth_noise_gain_add (SynthNoiseGain * g, const gfloat * noisy_out,
    const gfloat * clean_out, const gfloat * noisy_in,
    const gfloat * clean_in, gsize n);
gdouble synth_noise_gain (const SynthNoiseGain * g);

/* The mean of pictures of @n floats. */
typedef struct
{
  gdouble *sum;
  gsize n;
  guint count;
} SynthMean;

void synth_mean_init (SynthMean * mean, gsize n);
void synth_mean_clear (SynthMean * mean);
void synth_mean_add (SynthMean * mean, const gfloat * picture);
void synth_mean_get (const SynthMean * mean, gfloat * picture);

/* Mean square of O - blur (O, 1 px), over all components. */
gdouble synth_high_frequency (const gfloat * picture, gint width, gint height);
/* High-frequency energy by that of @reference (where nothing moves: a mean of 32
 * frames, free of noise): below 1 detail is lost, above there is noise. */
gdouble synth_sharpness_kept (const gfloat * picture, const gfloat * reference,
    gint width, gint height);
/* Mean of |last - first| over all components, each a mean of frames where nothing
 * moves. */
gdouble synth_drift (const SynthMean * first, const SynthMean * last);

G_END_DECLS
