/* gst-stylegan: push constants of nn/softmax_sums.comp and nn/softmax.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_SOFTMAX_H
#define PUSH_SOFTMAX_H

#include "push/push.h"

PUSH_BEGIN (SgPushSoftmax)
uint n;                         /* elements of x, [outer, count, inner] */
uint outer, count, inner;
PUSH_END (SgPushSoftmax)

#endif
