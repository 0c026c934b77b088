/* gst-stylegan: pictures moved smoothly
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "train/batch-canvas.h"

G_BEGIN_DECLS

/* A random smooth flow: translation of up to 16 px (an eighth of the size, if that is
 * less), rotation of up to 3 degrees, zoom of up to 4 %, and long waves of up to 3 px.
 * Small motion is the most frequent.
 * @flow: [2,size,size] */
void sg_warp_draw (gint size, SgRng * rng, gfloat * flow);
/* moved (p) = canvas (p + flow (p)), by the cubic of Keys, in 0..1.
 * @mask: [size,size]: whether that lies in the crop, 0 or 1
 * @moved: [3,size,size] */
void sg_warp_canvas (const SgCanvas * canvas, const gfloat * flow,
    gfloat * moved, gfloat * mask);
/* @image [3,size,size] times @gain with normal noise, in 0..1. */
void sg_warp_noise (gfloat * image, gint size, gfloat gain, gfloat deviation,
    guint64 seed);

G_END_DECLS
