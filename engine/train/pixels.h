/* gst-stylegan: pictures as tensors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* @picture as [1,3,H,W] in 0..1, squares of @block px averaged. */
SgTensor *sg_pixels_load (const SgPicture * picture, gint block,
    GError ** error);
/* The upper left @width by @height px of @tensor [1,3,H,W], rounded.
 * Returns: (transfer full): R'G'B', as SgPicture */
guint8 *sg_pixels_store (const SgTensor * tensor, gint width, gint height);
/* [1,3,H,W] to [1,3,height,width], linear, without aliasing. */
SgTensor *sg_pixels_resize (SgTensor * tensor, gint64 height, gint64 width,
    SgDevice * device, GError ** error);
/* @picture at that size. */
SgTensor *sg_pixels_load_scaled (const SgPicture * picture, gint64 height,
    gint64 width, SgDevice * device, GError ** error);

G_END_DECLS
