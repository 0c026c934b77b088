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

typedef struct
{
  gint width, height;           /* of the frames */
  /* The network runs at most at this height; the edit (output minus input) is
   * scaled back and added to the full frame. 0: the frame's height. */
  gint working_height;
  SgPixelRange pixel_range;     /* _AUTO: as the model says */
  SgChannelOrder channel_order; /* _AUTO: as the model says */
  guint frames_in_flight;       /* 0: 1; limited by the device */
} SgStylizerConfig;

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
 * out. For errors at start rather than at the first frame. */
gboolean sg_stylizer_check_model (SgModel * model, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStylizer, sg_stylizer_free)

G_END_DECLS
