/* gst-stylegan: push constants of nn/warp_error.comp and nn/warp_error_merge.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_WARP_ERROR_H
#define PUSH_WARP_ERROR_H

#include "push/push.h"

PUSH_BEGIN (SgPushWarpError)
uint n, width;                  /* pixels, and those of a row */
uint factor, fine_width;        /* of the confidence */
uint n_parts;                   /* groups */
PUSH_END (SgPushWarpError)

#endif
