/* gst-stylegan: how steady, sharp and faithful a video is
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pictures are planar, [3,H,W], R'G'B' in 0..1; flow is [2,H,W] in pixels to the
 * frame before; masks are [H,W], 1 where a pixel counts. Means over several frames
 * are taken of squares, roots at the end. A value that nothing was measured for is
 * NaN. */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* @out (x) = @picture (x + flow (x)), bilinear, border pixels repeated: what
 * published numbers use. @planes planes; @out is not @picture. */
void sg_measure_warp (const gfloat * picture, gint planes, gint width,
    gint height, const gfloat * flow, gfloat * out);
/* Gaussian of @sigma px to 3 sigma, border pixels repeated. */
void sg_measure_blur (const gfloat * picture, gint planes, gint width,
    gint height, gdouble sigma, gfloat * out);

/* --- flicker --------------------------------------------------------------- */

/* Sums over pairs of frames. Zeroed: none. */
typedef struct
{
  guint n_pairs, n_frames;
  gdouble stability;            /* of squares per pixel of the frame */
  gdouble warp;                 /* of squares per component of the mask */
  gdouble contrast;             /* of squares per component */
} SgStability;

/* @before: the frame that @flow leads to from @now. A pair whose mask is empty
 * counts for nothing. */
void sg_stability_add (SgStability * s, const gfloat * before,
    const gfloat * now, const gfloat * flow, const guint8 * mask, gint width,
    gint height);
/* For the flicker-to-contrast ratio. */
void sg_stability_add_contrast (SgStability * s, const gfloat * now,
    gint width, gint height);

/* sqrt (1/T sum_t 1/(HW) sum_x M_t ||O_t - W O_(t-1)||^2): Chen et al., Coherent
 * Online Video Style Transfer, 2017; Gao et al., ReCoNet, 2018. Of the input it is
 * the "identity floor": what resampling and noise alone come to. Falls with a
 * smaller mask and with a weaker style. */
gdouble sg_stability_e_stab (const SgStability * s);
/* Lai et al., Learning Blind Video Temporal Consistency, 2018: mean over pairs of
 * the mean square over components of the mask. Its root is comparable between masks
 * of different size; with a full mask, sqrt (3) times less than e_stab. */
gdouble sg_stability_e_warp (const SgStability * s);
gdouble sg_stability_root_e_warp (const SgStability * s);
/* Flicker-to-contrast ratio: root of E_warp by the root mean square of
 * O - blur (O, 8 px). Low contrast does not help it. */
gdouble sg_stability_fcr (const SgStability * s);
/* sqrt (max (0, e^2 - floor^2)) */
gdouble sg_measure_above_floor (gdouble e, gdouble floor);

/* --- ghosts ---------------------------------------------------------------- */

/* What a filter does to pixels that have no past. Zeroed: nothing yet. */
typedef struct
{
  gdouble change, n_change;
  gdouble filtered, raw, n;
} SgGhost;

/* @filtered, @raw: frame t with and without the filter; @disoccluded: of t */
void sg_ghost_add_change (SgGhost * g, const gfloat * filtered,
    const gfloat * raw, const guint8 * disoccluded, gint width, gint height);
/* The same, and how well both foretell @raw_next, frame t + 1 without the filter,
 * at pixels that @flow_next, valid by @valid_next, leads to disoccluded ones. */
void sg_ghost_add_next (SgGhost * g, const gfloat * filtered,
    const gfloat * raw, const guint8 * disoccluded, const gfloat * raw_next,
    const gfloat * flow_next, const guint8 * valid_next, gint width,
    gint height);
/* Root mean square of filtered - raw on disoccluded pixels; 0: no ghosts. */
gdouble sg_ghost_change (const SgGhost * g);
/* Error of the filtered frame by that of the raw one, both against the next raw
 * frame. 1: no ghosts; below: the filter has taken flicker away without harm. */
gdouble sg_ghost_ratio (const SgGhost * g);

/* --- noise, sharpness, drift ------------------------------------------------ */

/* Standard deviation of G(x + n) - G(x) by that of n; 1 for the identity.
 * Zeroed: nothing yet. */
typedef struct
{
  gdouble n, out, out2, in, in2;
} SgNoiseGain;

void sg_noise_gain_add (SgNoiseGain * g, const gfloat * noisy_out,
    const gfloat * clean_out, const gfloat * noisy_in,
    const gfloat * clean_in, gsize n);
gdouble sg_noise_gain (const SgNoiseGain * g);

/* The mean of pictures of @n floats. */
typedef struct
{
  gdouble *sum;
  gsize n;
  guint count;
} SgMean;

void sg_mean_init (SgMean * mean, gsize n);
void sg_mean_clear (SgMean * mean);
void sg_mean_add (SgMean * mean, const gfloat * picture);
void sg_mean_get (const SgMean * mean, gfloat * picture);

/* Mean square of O - blur (O, 1 px), over all components. */
gdouble sg_measure_high_frequency (const gfloat * picture, gint width,
    gint height);
/* High-frequency energy by that of @reference (where nothing moves: a mean of 32
 * frames, free of noise): below 1 detail is lost, above there is noise. */
gdouble sg_measure_sharpness_kept (const gfloat * picture,
    const gfloat * reference, gint width, gint height);
/* Mean of |last - first| over all components, each a mean of frames where nothing
 * moves. */
gdouble sg_measure_drift (const SgMean * first, const SgMean * last);

/* --- still pictures ----------------------------------------------------------- */

/* A smooth picture of three colours, [3,size,size]: red grows to the right, green
 * down, blue to the upper left, in 0.1..0.9. What a network adds to it is its own. */
void sg_measure_gradient (gint size, gfloat * picture);
/* The pattern that networks with strides and upsampling leave, of @grid (2 or 4, at
 * most 4) px: of the picture less the mean of 9x9 pixels, the standard deviation of the
 * means of the grid's phases in windows of 32 px, 16 px from the border and more; mean
 * over windows and components. NaN for pictures with less than a window. */
gdouble sg_measure_lattice (const gfloat * picture, gint width, gint height,
    gint grid);

/* @out (x) = @picture (x + (dx, dy)), [3,H,W], border pixels repeated: exact for whole
 * pixels, else by a Lanczos kernel of three lobes, as for EQ-T of Karras et al.,
 * Alias-free generative adversarial networks, 2021. */
void sg_measure_shift (const gfloat * picture, gint width, gint height,
    gdouble dx, gdouble dy, gfloat * out);
/* Mean square over all components but those within @margin px of the border; NaN if
 * none are left. */
gdouble sg_measure_square_error (const gfloat * a, const gfloat * b,
    gint width, gint height, gint margin);
/* In dB, for values in 0..1; at most 100. */
gdouble sg_measure_psnr (gdouble square_error);

/* --- likeness ------------------------------------------------------------------ */

/* What the losses of training make of single pictures: losses of content and style
 * (sg/train.h), of whole pictures.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgLossMeter SgLossMeter;

/* @loss_networks: as SgTrainConfig has them; NULL-terminated
 * @style: NULL: style is not measured
 * @style_size: px that its shorter side is scaled to, 32 or more
 * Blocks. Errors: those of loading the networks; SG_ERROR_INVALID_ARGUMENT, _SHAPE,
 *   _NO_MEMORY. */
SgLossMeter *sg_loss_meter_new (const gchar * const *loss_networks,
    const SgPicture * style, gint style_size, SgDevice * device,
    GError ** error);
void sg_loss_meter_free (SgLossMeter * meter);
/* Content of @y by that of @x, and style of @y; NaN where no network has layers of
 * that. Compiles when the size is not that of the call before.
 * @x, @y: [3,H,W], both sides 32 or more */
gboolean sg_loss_meter_run (SgLossMeter * meter, const gfloat * x,
    const gfloat * y, gint width, gint height, gdouble * content,
    gdouble * style, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLossMeter, sg_loss_meter_free)

/* --- motion --------------------------------------------------------------------- */

/* The motion of clips, by the element's own search (block matching).
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgFlowMeter SgFlowMeter;

/* Errors: those of sg_session_new (). */
SgFlowMeter *sg_flow_meter_new (gint width, gint height, SgDevice * device,
    GError ** error);
void sg_flow_meter_free (SgFlowMeter * meter);
/* @before, @now: frames of the input
 * @flow, @valid: as sg_stability_add () wants them: where the flow leads to the same
 *   colour (exp (-50 |d|^2) >= 0.2, as in training), but for 3 px around doubts
 * @share: (out): of the valid pixels, 0..1; at a cut next to none */
gboolean sg_flow_meter_run (SgFlowMeter * meter, const gfloat * before,
    const gfloat * now, gfloat * flow, guint8 * valid, gdouble * share,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFlowMeter, sg_flow_meter_free)

G_END_DECLS
