/* gst-stylegan: push constants of nn/conv_*
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_CONV_H
#define PUSH_CONV_H

#include "push/push.h"

/* Per axis; convolutions with more phases are not run here. */
#define CONV_MAX_PHASES 8

PUSH_BEGIN (SgPushConv)
uint in_h;                      /* of x */
uint in_w;
uint out_h;                     /* of y before depth_to_space */
uint out_w;
uint in_channels;               /* of x; of one group */
uint group_in;
uint out_channels;              /* of y before depth_to_space; of one group */
uint group_out;
uint blocks;                    /* of output channels in an image */
uint chunks;                    /* of input channels in a group */
uint parts;                     /* of moments, per channel */
uint phase_weights;             /* elements of the weights of one phase */
/* Where the taps of phase i begin, relative to its stride times the row: y in the
 * lower, x in the upper half, signed. Then how many taps it has. */
uint offset[CONV_MAX_PHASES];
uint taps[CONV_MAX_PHASES];
PUSH_END (SgPushConv)

#endif
