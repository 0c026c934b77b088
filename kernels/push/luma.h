/* gst-stylegan: push constants of nn/luma.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_LUMA_H
#define PUSH_LUMA_H

#include "push/push.h"

PUSH_BEGIN (SgPushLuma)
uint n;                         /* elements of y */
uint in_height, in_width;
uint out_height, out_width;
uint weights[3];                /* of each plane, in 1/256 */
float offset, gain;             /* (x - offset) * gain is 0..255 */
PUSH_END (SgPushLuma)

#endif
