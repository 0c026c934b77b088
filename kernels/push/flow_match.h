/* gst-stylegan: push constants of nn/flow_match.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_FLOW_MATCH_H
#define PUSH_FLOW_MATCH_H

#include "push/push.h"

PUSH_BEGIN (SgPushFlowMatch)
int height, width;              /* of the pictures */
int grid_height, grid_width;    /* blocks */
int coarse_height, coarse_width;        /* of the coarser flow; 0: none */
int halved;                     /* it has half as many blocks */
int step, unit, smoothness;     /* ops/flow.h */
PUSH_END (SgPushFlowMatch)

#endif
