/* gst-stylegan: push constants of nn/warp.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_WARP_H
#define PUSH_WARP_H

#include "push/push.h"

PUSH_BEGIN (SgPushWarp)
int channels, height, width;
int grid_height, grid_width;    /* vectors */
int step, unit;                 /* ops/flow.h */
int n_cubic;                    /* planes; the others are of the nearest pixel */
PUSH_END (SgPushWarp)

#endif
