/* gst-stylegan: push constants of image/load and image/store
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_FRAME_H
#define PUSH_FRAME_H

#include "push/push.h"

PUSH_BEGIN (SgPushFrame)
/* To network values, or to samples; with a transfer function to or from R'G'B'. */
float matrix[3][4];
uint width, height;             /* pixels */
float middle, limit;            /* store: of network values */
/* Per group of components: first word, words from row to row. */
uint base[4], row[4];
PUSH_END (SgPushFrame)

#endif
