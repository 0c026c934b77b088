/* gst-stylegan: push constants of nn/select.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_SELECT_H
#define PUSH_SELECT_H

#include "push/push.h"

PUSH_BEGIN (SgPushSelect)
uint n;                         /* 16 bytes each */
uint index;                     /* of scene */
PUSH_END (SgPushSelect)

#endif
