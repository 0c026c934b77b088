/* gst-stylegan: push constants of nn/pool.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_POOL_H
#define PUSH_POOL_H

#include "push/push.h"

/* Pairs: height, width. */
PUSH_BEGIN (SgPushPool)
uint n;                         /* elements of y */
int in_size[2], out_size[2];
int kernel[2], stride[2], dilation[2];
int pad[2];                     /* before */
int end[2];                     /* where the padding ends */
PUSH_END (SgPushPool)

#endif
