/* gst-stylegan: push constants of nn/scene_count.comp and nn/scene_change.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_SCENE_CHANGE_H
#define PUSH_SCENE_CHANGE_H

#include "push/push.h"

PUSH_BEGIN (SgPushSceneChange)
uint height, width;             /* of the pictures */
uint n_costs;
uint n_parts;                   /* groups that have counted */
float distance, cost;           /* thresholds */
PUSH_END (SgPushSceneChange)

#endif
