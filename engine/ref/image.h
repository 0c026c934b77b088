/* gst-stylegan: frames to tensors and back, the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/image.h>

G_BEGIN_DECLS

/* As SgBackend's image_load and image_store. */
void ref_image_load (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, gfloat * tensor);
void ref_image_store (SgDevice * device, const gfloat * tensor,
    const SgPixelConvention * convention, const SgImage * source,
    SgImage * image);

G_END_DECLS
