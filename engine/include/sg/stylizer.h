/* gst-stylegan: a frame in, a stylised frame out
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/image.h>
#include <sg/onnx.h>

G_BEGIN_DECLS

/* Everything between two frames of video: conversion to the network's pixels,
 * the network at its working size, and back. Built for one model and one frame
 * size.
 *
 * Thread-safety: one thread at a time. Several stylizers may run at once; they
 * share weights, device and threads. */
typedef struct _SgStylizer SgStylizer;

typedef struct
{
  gint width, height;           /* of the frames */
  /* The network runs at most at this height; the edit (output minus input) is
   * scaled back and added to the full frame. 0: the frame's height. */
  gint working_height;
  SgPixelRange pixel_range;     /* _AUTO: as the model says */
  SgChannelOrder channel_order; /* _AUTO: as the model says */
} SgStylizerConfig;

typedef enum
{
  SG_STAGE_LOAD,                /* frame to network pixels */
  SG_STAGE_NETWORK,             /* with scaling and padding */
  SG_STAGE_STORE,               /* back to the frame */
  SG_N_STAGES
} SgStage;

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
 * same memory. Does not allocate. On error @out is undefined. */
gboolean sg_stylizer_process (SgStylizer * stylizer, const SgImage * in,
    SgImage * out, GError ** error);

/* Milliseconds of the last frame per stage. */
gdouble sg_stylizer_get_stage_ms (SgStylizer * stylizer, SgStage stage);
const gchar *sg_stage_get_name (SgStage stage);
/* The size that the network runs at, padding included. */
void sg_stylizer_get_working_size (SgStylizer * stylizer, gint * width,
    gint * height);
/* Memory held beside the shared weights. */
gsize sg_stylizer_get_memory_bytes (SgStylizer * stylizer);
SgDevice *sg_stylizer_get_device (SgStylizer * stylizer);       /* (transfer none) */

/* Checks without a frame size that @model can be a stylizer: one image in, one
 * out. For errors at start rather than at the first frame. */
gboolean sg_stylizer_check_model (SgModel * model, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStylizer, sg_stylizer_free)

G_END_DECLS
