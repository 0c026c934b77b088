/* gst-stylegan: a frame in, a stylised frame out
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/image.h>
#include <sg/onnx.h>
#include <sg/session.h>

G_BEGIN_DECLS

/* Everything between two frames of video: conversion to the network's pixels,
 * the network at its working size, and back. Built for one model and one frame
 * size.
 *
 * Thread-safety: one thread at a time. Several stylizers may run at once; they
 * share weights, device and threads. */
typedef struct _SgStylizer SgStylizer;

/* Style networks make a flickering picture of a steady one. A filter over time takes
 * that out, for every network. */
typedef enum
{
  SG_TEMPORAL_OFF,
  /* A running mean where the input does not change: for cameras that stand still. */
  SG_TEMPORAL_STATIC,
  /* A running mean along the motion of the input, where that can be followed. */
  SG_TEMPORAL_MOTION,
} SgTemporalMode;

/* Two views in one frame. Each is stylised as a picture of its own with the statistics
 * of both, and the right one (or lower one) follows the left. */
typedef enum
{
  SG_STEREO_MONO,
  SG_STEREO_SIDE_BY_SIDE,
  SG_STEREO_TOP_BOTTOM,
  /* One view per frame, in turn: only their pasts are kept apart. */
  SG_STEREO_FRAME_BY_FRAME,
} SgStereoMode;

typedef enum
{
  SG_PROJECTION_FLAT,
  /* 360 degrees: the left border goes on at the right one, upper and lower borders on
   * the other side of the pole. */
  SG_PROJECTION_EQUIRECTANGULAR,
} SgProjection;

typedef struct
{
  gint width, height;           /* of the frames */
  /* The network runs at most at this height; the edit (output minus input) is
   * scaled back and added to the full frame. 0: the frame's height. */
  gint working_height;
  /* The network's resolution by what it would be otherwise, 0.25..2: strokes have a
   * size in pixels of the network, so less makes them larger. 0: 1. Time and memory go
   * with its square. Of no effect on a model that runs at a size of its own. */
  gdouble stroke_scale;
  /* The models' second input, where they have one: the style as a picture, f32
   * [1,3,height,width], sides 1..16384, R'G'B' in 0..1; scaled down first if its shorter
   * side is above 512, or to the size that the model fixes. What depends on it alone is
   * computed when compiling. NULL: models with such an input are refused
   * (SG_ERROR_INVALID_ARGUMENT). Must not change while the stylizer lives. */
  SgTensor *style_image;
  /* Another model to mix in (SgStylizerControls.mix), or NULL. Range, channel order and
   * type may be others. Both run for every frame, also when only one is seen. */
  SgModel *second;
  /* Of @second. _AUTO: as the model says. */
  SgPixelRange second_pixel_range;
  SgChannelOrder second_channel_order;
  gboolean masked;              /* SgStylizerControls.mask is used */
  SgStereoMode stereo;
  /* Width of a pixel by its height as the eye sees it, 0: 1. Half-width views have 2: the
   * network sees them at their true proportions. */
  gdouble pixel_aspect;
  SgProjection projection;      /* of each view */
  /* SgStylizerControls.carry may be asked for. The filter over time is built also with
   * SG_TEMPORAL_OFF then: the pictures stay the same to the bit, but a frame takes some
   * milliseconds more. */
  gboolean can_carry;
  /* Of the model. _AUTO: as it says. */
  SgPixelRange pixel_range;
  SgChannelOrder channel_order;
  guint frames_in_flight;       /* 0: 1; limited by the device */
  SgTemporalMode temporal;
} SgStylizerConfig;

/* What may change with every frame, without compiling anything. */
typedef struct
{
  /* 0..1: weight of the filter over time; 0 gives the picture of SG_TEMPORAL_OFF to
   * the bit. */
  gfloat temporal_strength;
  gfloat strength;              /* 0: the frame, 1: the stylised picture */
  /* 0..1: 1 keeps the frame's colour and takes only luma (BT.709 R'G'B') of the style. */
  gfloat preserve_colors;
  gfloat mix;                   /* 0: the model, 1: config.second */
  /* [1,1,height,width] f32 0..1, multiplied to strength for every pixel of the frame.
   * Only looked at with config.masked; then it must be there. Belongs to the caller and
   * is read when the frame is submitted. */
  const SgTensor *mask;
  /* Leave the network out: what it made of the frame before is moved along the motion
   * of the input; what comes into view there gets the edit (output minus input) of what
   * it was matched to. May be asked for any number of frames in a row. Only looked at where
   * sg_stylizer_can_carry (); the first frame after a reset or a cut, and one that is
   * processed in place, are stylised all the same. */
  gboolean carry;
} SgStylizerControls;
#define SG_STYLIZER_CONTROLS_INIT { 1, 1, 0, 0, NULL, FALSE }

/* Blocks and allocates (compiles the model for the size). Sizes that are no
 * multiple of the model's stride are padded and cropped inside; a model that
 * only runs at its own size is run at that, and its picture scaled to the
 * frame. Errors: as sg_session_new (); SG_ERROR_UNSUPPORTED for a model that
 * does not map one image to one image (says what it has instead);
 * SG_ERROR_NO_MEMORY says what is needed and names working-height. */
SgStylizer *sg_stylizer_new (SgModel * model, SgDevice * device,
    const SgStylizerConfig * config, GError ** error);
void sg_stylizer_free (SgStylizer * stylizer);

/* @in and @out have the configured size and the same format; they may be the
 * same memory. Does not allocate. On error @out is undefined. Nothing may be
 * under way. */
gboolean sg_stylizer_process (SgStylizer * stylizer, const SgImage * in,
    SgImage * out, GError ** error);

/* The same in two steps, for several frames at a time: what the images point to
 * stays valid and unchanged until the frame is collected, which happens in order.
 * Errors as for sg_session_submit () and _collect (), but what can be repaired is:
 * when half precision does not do, everything under way is done again in f32 (and
 * so it stays); when the device is lost, it is opened once more. See
 * sg_stylizer_take_warning (). */
gboolean sg_stylizer_submit (SgStylizer * stylizer, const SgImage * in,
    SgImage * out, GError ** error);
gboolean sg_stylizer_collect (SgStylizer * stylizer, GError ** error);
/* Waits for what is under way; outputs are undefined. */
void sg_stylizer_discard (SgStylizer * stylizer);
guint sg_stylizer_get_frames_in_flight (SgStylizer * stylizer);
guint sg_stylizer_get_n_submitted (SgStylizer * stylizer);

/* Of the frames that are submitted from now on; SG_STYLIZER_CONTROLS_INIT before the
 * first call. Numbers are clipped to their ranges. */
void sg_stylizer_set_controls (SgStylizer * stylizer,
    const SgStylizerControls * controls);
/* Whether frames can be carried: config.can_carry, unless that could not be compiled. */
gboolean sg_stylizer_can_carry (SgStylizer * stylizer);
/* Whether the frame collected last was. */
gboolean sg_stylizer_was_carried (SgStylizer * stylizer);
/* Takes over what @other knows of the past, so that the filter over time goes on where
 * one stylizer replaces another; nothing happens if their working sizes differ. Nothing
 * may be under way in either. */
void sg_stylizer_continue (SgStylizer * stylizer, SgStylizer * other);
/* The frame that is submitted next has nothing to do with those before it: a seek,
 * another source. Cuts in a video are found by the filter itself. */
void sg_stylizer_reset (SgStylizer * stylizer);

/* How steady the video is, over about the last 32 frames that follow another one.
 * Warping errors are roots of mean squares of luma (0..1) between a frame and the one
 * before it moved along the flow of the input, over the pixels whose flow is trusted
 * (E_warp of Lai et al. 2018). */
typedef struct
{
  guint64 frames;               /* that the errors were measured on, in all */
  guint cuts, flashes;          /* seen since the beginning */
  gdouble input_error;          /* of the input: noise, and what the flow misses */
  gdouble raw_error;            /* of the stylised picture without the filter */
  gdouble error;                /* of what came out */
  gdouble trusted;              /* share of the pixels, 0..1 */
  gdouble noise;                /* of the input: standard deviation of luma, 0..1 */
} SgTemporalStats;

/* FALSE (and zeros) with SG_TEMPORAL_OFF. Up to the frame collected last. */
gboolean sg_stylizer_get_temporal_stats (SgStylizer * stylizer,
    SgTemporalStats * stats);

/* What was repaired since the last call, in words for people, or NULL (transfer
 * full). */
gchar *sg_stylizer_take_warning (SgStylizer * stylizer);

/* Milliseconds of the last frame per stage. */
gdouble sg_stylizer_get_stage_ms (SgStylizer * stylizer, SgStage stage);
/* The size that the network runs at, padding included. */
void sg_stylizer_get_working_size (SgStylizer * stylizer, gint * width,
    gint * height);
/* Memory held beside the shared weights. */
gsize sg_stylizer_get_memory_bytes (SgStylizer * stylizer);
SgDevice *sg_stylizer_get_device (SgStylizer * stylizer);       /* (transfer none) */

/* Checks without a frame size that @model can be a stylizer: one image in, one
 * out. For errors at start rather than at the first frame. SG_ERROR_INVALID_ARGUMENT:
 * it can, but needs config.style_image. */
gboolean sg_stylizer_check_model (SgModel * model, GError ** error);
/* Whether @model takes its style from a picture (config.style_image): it has two images
 * as inputs. */
gboolean sg_stylizer_model_wants_style (SgModel * model);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStylizer, sg_stylizer_free)

G_END_DECLS
