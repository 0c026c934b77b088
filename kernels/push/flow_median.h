/* gst-stylegan: push constants of nn/flow_median.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_FLOW_MEDIAN_H
#define PUSH_FLOW_MEDIAN_H

#include "push/push.h"

PUSH_BEGIN (SgPushFlowMedian)
int height, width;              /* of the grid */
PUSH_END (SgPushFlowMedian)

#endif
