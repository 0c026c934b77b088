/* gst-stylegan: the matrices between samples and what a network sees
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * For backends that convert frames. Rows are affine: (matrix | constant). */
#pragma once

#include <sg/image.h>

G_BEGIN_DECLS

/* c = a after b. */
void sg_pixels_compose (gfloat c[3][4], const gdouble a[3][4],
    const gdouble b[3][4]);
/* R'G'B' to network values. One channel is luma (ITU-R BT.709-6, item 3.2). */
void sg_pixels_to_network (const SgPixelConvention * convention,
    gdouble m[3][4]);
void sg_pixels_from_network (const SgPixelConvention * convention,
    gdouble m[3][4]);
void sg_pixels_round (gfloat to[3][4], const gdouble from[3][4]);

G_END_DECLS
