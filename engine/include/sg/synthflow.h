/* gst-stylegan: video with exact flow
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A photograph with two to four others, cut to smooth shapes, moving in front of
 * it. All motion is given by formulas, so where each pixel was in the frame before,
 * and whether it could be seen there, is known exactly: what Sintel and
 * FlyingChairs are used for, with any pictures, at any size and speed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* --- pictures --------------------------------------------------------------- */

/* R'G'B' in 0..1, four floats a pixel (the fourth is 0), row after row. */
typedef struct
{
  gint width, height;
  gfloat *data;
} SgSynthPicture;

/* @rgb: 8 bit R, G, B, row after row without gaps. */
SgSynthPicture *sg_synth_picture_new_rgb8 (const guint8 * rgb, gint width,
    gint height);
/* Something to look at where there are no photographs: patches of colour with
 * sharp borders under band-limited noise whose amplitude falls with frequency, as
 * it does in photographs. The same for the same @seed. */
SgSynthPicture *sg_synth_picture_new_texture (gint width, gint height,
    guint64 seed);
/* Scaled with the kernel below, made wider when scaling down. */
SgSynthPicture *sg_synth_picture_new_scaled (const SgSynthPicture * picture,
    gint width, gint height);
void sg_synth_picture_free (SgSynthPicture * picture);

/* R'G'B' at @x, @y (pixel centres at integers), between pixels by the cubic of
 * Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981, with
 * a = -1/2. Outside the picture is mirrored without end. Finite @x, @y below 1e8.
 * The fourth float of @rgbx is 0. */
void sg_synth_picture_sample (const SgSynthPicture * picture, gdouble x,
    gdouble y, gfloat rgbx[4]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSynthPicture, sg_synth_picture_free)

/* --- video ------------------------------------------------------------------ */

/* What moves, and what happens to the light. Speeds are those of the background
 * and of each shape (in directions of their own), in pixels per frame. */
typedef enum
{
  SG_SYNTH_STATIC,              /* nothing moves */
  SG_SYNTH_SLOW,                /* 0.5 */
  SG_SYNTH_MEDIUM,              /* 2 */
  SG_SYNTH_FAST,                /* 8 */
  SG_SYNTH_VERY_FAST,           /* 24 */
  SG_SYNTH_ZOOM,                /* to and fro, at most 1.5 % per frame, with some
                                 * tilt (a homography) */
  SG_SYNTH_ROTATION,            /* 1 degree per frame, shapes -1.5 */
  SG_SYNTH_NON_RIGID,           /* waves of up to 6 px at 0.5 px per frame */
  SG_SYNTH_NOISE_2,             /* nothing moves; sensor noise, sigma 2/255 */
  SG_SYNTH_NOISE_4,             /* the same with 4/255 */
  SG_SYNTH_EXPOSURE,            /* nothing moves; R'G'B' times a triangle wave of
                                 * period 48 frames: 1, 1.2, 1, 0.8, 1 */
  SG_SYNTH_CUT,                 /* 2; another scene from the middle on */
  SG_SYNTH_FADE,                /* 0.5; another scene, mixed in over 8 frames */
  SG_SYNTH_FLASH,               /* 0.5; the middle frame is 60 % white */
  SG_SYNTH_N_PRESETS
} SgSynthPreset;

/* "static", "very-fast", ... */
const gchar *sg_synth_preset_get_name (SgSynthPreset preset);
gboolean sg_synth_preset_from_name (const gchar * name, SgSynthPreset * preset);

typedef struct
{
  SgSynthPreset preset;
  gint width, height;           /* 16 .. 8192 */
  gint n_frames;                /* where the middle is; more can be rendered */
  guint64 seed;                 /* presets of one seed show the same scene */
  /* Any size, used in turn from a random one on; copied. NULL: textures. */
  const SgSynthPicture *const *photos;
  guint n_photos;
} SgSynthflowConfig;

/* One frame, all arrays planar. Where each pixel was in the frame before:
 * x + flow[0], y + flow[1], in pixels, exact to 1e-3. */
typedef struct
{
  gint width, height;
  gfloat *rgb;                  /* [3,H,W] R'G'B' in 0..1 */
  gfloat *clean;                /* the same without sensor noise */
  gfloat *flow;                 /* [2,H,W] dx, dy to the frame before */
  /* [H,W] 1: the point can be seen in the frame before: inside it, of the same
   * layer in all four pixels around it, with no border between layers within 2 px
   * now or 1 px then (there, pixels are mixtures). Else 0. */
  guint8 *valid;
  /* [H,W] 1: could not be seen in the frame before: behind another layer in all
   * four pixels, or outside the frame, or there is none (t = 0, cut). Else 0. */
  guint8 *disoccluded;
  /* Light and scene are those of the frame before, but for sensor noise and the
   * exposure preset's slow change: the two can be compared along the flow. FALSE at
   * t = 0, at the cut, in the fade, at the flash and after each; in the fade, flow
   * is the one of the scene that prevails. */
  gboolean comparable;
  gboolean cut;                 /* the first frame of another scene */
} SgSynthflowFrame;

void sg_synthflow_frame_init (SgSynthflowFrame * frame, gint width,
    gint height);
void sg_synthflow_frame_clear (SgSynthflowFrame * frame);
void sg_synthflow_frame_copy (SgSynthflowFrame * to,
    const SgSynthflowFrame * from);

/* Method: colour of a pixel is the mean over 2x2 points of the topmost layer's
 * picture there (cubic). Layers map to the frame by zoom, rotation, translation and
 * tilt, non-rigid ones also by three sine waves of at least 120 px whose inverse is
 * found by fixed-point iteration. Shapes: ellipses, polygons, thresholded
 * low-pass noise; they turn back at the borders of the frame.
 * Sensor noise: white, independent for pixel, component and frame, added to R'G'B'
 * and clipped to 0..1; a sum of eight uniform numbers, normal to three sigma.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgSynthflow SgSynthflow;

SgSynthflow *sg_synthflow_new (const SgSynthflowConfig * config);
void sg_synthflow_free (SgSynthflow * synthflow);
/* Frame @t (0 or more) into @frame of the configured size. Any order; in order is
 * fastest. The same bits for the same configuration and @t. */
void sg_synthflow_render (SgSynthflow * synthflow, gint t,
    SgSynthflowFrame * frame);
/* Layers at pixel centres: 0 the background, then shapes from the back. [H,W] */
void sg_synthflow_get_layers (SgSynthflow * synthflow, gint t, guint8 * layers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSynthflow, sg_synthflow_free)

/* --- to look at ------------------------------------------------------------- */

/* A sheet of R, G, B bytes to put pictures on. */
typedef struct
{
  gint width, height;
  guint8 *rgb;                  /* black at first */
} SgSheet;

void sg_sheet_init (SgSheet * sheet, gint width, gint height);
void sg_sheet_clear (SgSheet * sheet);

/* Puts things of @width x @height with their top left corner at @x, @y; what does
 * not fit is cut off. */
void sg_sheet_put_picture (SgSheet * sheet, gint x, gint y,
    const gfloat * rgb, gint width, gint height);
/* Direction as hue (right red, down yellow-green, left cyan, up violet), speed as
 * saturation: white for none, full at @max pixels; @max 0: the fastest one. */
void sg_sheet_put_flow (SgSheet * sheet, gint x, gint y,
    const gfloat * flow, gint width, gint height, gdouble max);
/* The picture in gray; green: valid, red: disoccluded, gray: neither. */
void sg_sheet_put_masks (SgSheet * sheet, gint x, gint y,
    const SgSynthflowFrame * frame);
/* One row of @rgb ([3,H,W]) @times times below each other: time runs down. */
void sg_sheet_put_row (SgSheet * sheet, gint x, gint y,
    const gfloat * rgb, gint width, gint height, gint row, gint times);

G_END_DECLS
