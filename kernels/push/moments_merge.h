/* gst-stylegan: push constants of nn/moments_merge.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_MOMENTS_MERGE_H
#define PUSH_MOMENTS_MERGE_H

#include "push/push.h"

PUSH_BEGIN (SgPushMomentsMerge)
uint n_planes;
uint n_parts;                   /* that there are per plane */
uint chunk;                     /* that become one */
uint n_chunks;                  /* per plane */
PUSH_END (SgPushMomentsMerge)

#endif
