/* gst-stylegan: where to stylise
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <sg/tensor.h>

G_BEGIN_DECLS

/* A picture of weights for frames of one size, and the regions that a frame comes
 * with. Thread-safety: one thread at a time. */
typedef struct _GstStyleganMask GstStyleganMask;

/* @picture: f32 [1,1,any,any] 0..1, or NULL: 1 everywhere; not kept
 * @feather: width of soft borders in pixels
 * @invert: 1 outside
 * @roi_type: regions to look at, or 0
 * Errors: SG_ERROR_NO_MEMORY */
GstStyleganMask *gst_stylegan_mask_new (const SgTensor * picture, gint width,
    gint height, gfloat feather, gboolean invert, GQuark roi_type,
    GError ** error);
void gst_stylegan_mask_free (GstStyleganMask * mask);

/* The weights for @buffer, the frame beginning at @x, @y in it: f32
 * [1,1,height,width]. Belongs to the mask, and is good until the next call. */
const SgTensor *gst_stylegan_mask_get (GstStyleganMask * mask,
    GstBuffer * buffer, gint x, gint y);

gint gst_stylegan_mask_get_width (const GstStyleganMask * mask);
gint gst_stylegan_mask_get_height (const GstStyleganMask * mask);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganMask, gst_stylegan_mask_free)

G_END_DECLS
