/* gst-stylegan: the style as a picture, for models that take one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "video/network.h"

G_BEGIN_DECLS

/* A larger style image is scaled down to this shorter side first: strokes are learnt at
 * about that scale, and the cost goes with the area. */
#define VIDEO_STYLE_MAX_SIDE 512

/* That @image can be one. Errors: SG_ERROR_INVALID_ARGUMENT */
gboolean video_style_check (const SgTensor * image, GError ** error);

/* The size that the model's style input is given; @image NULL: any picture's. */
VideoSize video_style_get_size (const VideoModel * model,
    const SgTensor * image);

/* Computes what depends on @image alone, on @device, once (on the processor if half
 * precision overflows there), and makes @network's a model without a style input. Blocks.
 * @image: [1,3,height,width] f32, R'G'B' in 0..1
 * Errors: as sg_session_new () and _run (); SG_ERROR_UNSUPPORTED where nothing depends on
 *   it. */
gboolean video_style_apply (VideoNetwork * network, const SgTensor * image,
    SgDevice * device, GError ** error);

G_END_DECLS
