/* gst-stylegan: push constants of nn/temporal_confidence.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_TEMPORAL_CONFIDENCE_H
#define PUSH_TEMPORAL_CONFIDENCE_H

#include "push/push.h"

PUSH_BEGIN (SgPushTemporalConfidence)
int height, width;
int grid_height, grid_width;    /* vectors */
int step;                       /* pixels per vector */
float gain;                     /* sharpness / 255^2 */
PUSH_END (SgPushTemporalConfidence)

#endif
