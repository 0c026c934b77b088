/* gst-stylegan: frames to tensors and back on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/image.h>

G_BEGIN_DECLS

/* As SgBackend's image_load and image_store. @device may be another backend's
 * (fallback): only its threads are used. */
void cpu_image_load (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, gfloat * tensor);
void cpu_image_store (SgDevice * device, const gfloat * tensor,
    const SgPixelConvention * convention, const SgImage * source,
    SgImage * image);

G_END_DECLS
