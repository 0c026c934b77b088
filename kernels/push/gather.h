/* gst-stylegan: push constants of nn/gather.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_GATHER_H
#define PUSH_GATHER_H

#include "push/push.h"

PUSH_BEGIN (SgPushGather)
uint n;                         /* elements of y */
uint inner;                     /* that lie together */
uint n_indices;
uint size;                      /* of the dimension that is gathered from */
PUSH_END (SgPushGather)

#endif
