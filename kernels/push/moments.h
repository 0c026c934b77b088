/* gst-stylegan: push constants of nn/moments.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_MOMENTS_H
#define PUSH_MOMENTS_H

#include "push/push.h"

PUSH_BEGIN (SgPushMoments)
uint plane;                     /* elements */
uint n_planes;
uint part;                      /* elements per part, a multiple of 8 */
uint n_parts;                   /* per plane */
PUSH_END (SgPushMoments)

#endif
