/* gst-stylegan: push constants of nn/temporal_blend.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_TEMPORAL_BLEND_H
#define PUSH_TEMPORAL_BLEND_H

#include "push/push.h"

PUSH_BEGIN (SgPushTemporalBlend)
int channels, height, width;
float max_length, clip, clip_floor, slack;      /* ops/temporal.h */
PUSH_END (SgPushTemporalBlend)

#endif
