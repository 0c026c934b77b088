/* gst-stylegan: push constants of nn/pad.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_PAD_H
#define PUSH_PAD_H

#include "push/push.h"

#define PUSH_PAD_MAX_RANK 7

PUSH_BEGIN (SgPushPad)
uint n;
uint start;                     /* the first kept element of x */
uint value;                     /* bits of the constant, as y has it */
  /* Merged dimensions, innermost first. */
uint size[PUSH_PAD_MAX_RANK];   /* of y */
int before[PUSH_PAD_MAX_RANK];  /* elements of padding */
int kept[PUSH_PAD_MAX_RANK];    /* elements of x between the paddings */
uint step[PUSH_PAD_MAX_RANK];   /* through x */
PUSH_END (SgPushPad)

#endif
