/* gst-stylegan: push constants of nn/copy.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_COPY_H
#define PUSH_COPY_H

#include "push/push.h"

PUSH_BEGIN (SgPushCopy)
  /* Where it goes: rows of width elements, a pitch apart. */
uint first;
uint width, pitch, n_rows;
uint chunks;                    /* of 8 elements that a row touches at most */
  /* Where it comes from, in that order: dimensions, innermost first. */
uint start;
uint dim[8];
int step[8];
PUSH_END (SgPushCopy)

#endif
