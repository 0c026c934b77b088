/* gst-stylegan: push constants of nn/reduce.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_REDUCE_H
#define PUSH_REDUCE_H

#include "push/push.h"

PUSH_BEGIN (SgPushReduce)
uint outer, count, inner;       /* x is [outer, count, inner] */
uint part, n_parts;             /* of count, and how many */
float scale;                    /* of the sums */
PUSH_END (SgPushReduce)

#endif
