/* gst-stylegan: how a model can be run on a picture of a given size
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>
#include <sg/stylizer.h>

#include "video/temporal.h"

G_BEGIN_DECLS

/* A model as a function from one image to one image. */
typedef struct
{
  SgGraph *graph;               /* not a reference */
  guint input;                  /* index of the image among the inputs */
  SgDType dtype;                /* as declared: f32, f16 or bf16 */
  gint channels;                /* 1 or 3 */
  gint fixed_width, fixed_height;       /* as declared; -1: free */
  /* Index of a second image, the style, or VIDEO_NO_STYLE. */
  guint style;
  gint style_channels, style_width, style_height;       /* the same of it; the sizes
                                                         * are set before fitting */
} VideoModel;

#define VIDEO_NO_STYLE G_MAXUINT

/* The ways from a wanted size to one that the model runs at. */
typedef enum
{
  /* Pad, run, crop: the picture comes out at the size that went in, or larger
   * or smaller by a constant. */
  VIDEO_FIT_PAD,
  /* Pad, run, scale to the padded size, crop: the model changes the size by a
   * factor. */
  VIDEO_FIT_RATIO,
  /* Scale to the size that the file fixes, run, scale back. */
  VIDEO_FIT_FIXED,
} VideoFitKind;

typedef struct
{
  VideoFitKind kind;
  gint width, height;           /* wanted */
  gint in_width, in_height;     /* of what the model is fed */
  gint pad_left, pad_top;       /* the rest of the padding is right and bottom */
  gint out_width, out_height;   /* of what it gives */
  gint crop_left, crop_top;     /* of the wanted picture in that */
  guint output;                 /* index of the image among the outputs */
} VideoFit;

/* Finds the images among the inputs of @model: the frame, and the style if there are two:
 * that which is named so, else the second.
 * @order: the channel order in use; decides where the file leaves the number of
 *   channels open
 * Errors: SG_ERROR_UNSUPPORTED, with what the model has instead. */
gboolean video_model_init (VideoModel * video, SgModel * model,
    SgChannelOrder order, GError ** error);

/* Finds the smallest size that the model runs at for a picture of @width x
 * @height. Infers shapes a few dozen times at most.
 * Errors: SG_ERROR_UNSUPPORTED when the model gives no image, SG_ERROR_SHAPE
 * with the model's own input when there is no such size; others as
 * sg_session_infer (). */
gboolean video_fit_find (const VideoModel * video, gint width, gint height,
    VideoFit * fit, GError ** error);

G_END_DECLS
