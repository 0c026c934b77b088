/* gst-stylegan: push constants of nn/binary.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_BINARY_H
#define PUSH_BINARY_H

#include "push/push.h"

PUSH_BEGIN (SgPushBinary)
uint n;
  /* Merged dimensions, innermost first, and how far they step through a and b. */
uint dim[8];
uint a_step[8];
uint b_step[8];
PUSH_END (SgPushBinary)

#endif
