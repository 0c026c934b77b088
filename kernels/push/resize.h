/* gst-stylegan: push constants of nn/resize.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_RESIZE_H
#define PUSH_RESIZE_H

#include "push/push.h"

PUSH_BEGIN (SgPushResize)
uint n;                         /* elements of y */
int in_height, in_width;
uint out_height, out_width;
float outside;                  /* extrapolation_value */
PUSH_END (SgPushResize)

#endif
