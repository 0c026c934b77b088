/* gst-stylegan: gate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* gate (x, dy as x) -> dx
 * dx = dy * (x < low ? below : x > high ? above : inside): the gradient of relu,
 * leaky_relu, clip, abs and whatever else is linear in three pieces. NaN is inside. */
typedef struct
{
  gfloat low, high;
  gfloat below, inside, above;
} SgGateAttrs;

G_END_DECLS
