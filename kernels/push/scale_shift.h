/* gst-stylegan: push constants of nn/scale_shift.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_SCALE_SHIFT_H
#define PUSH_SCALE_SHIFT_H

#include "push/push.h"

PUSH_BEGIN (SgPushScaleShift)
uint n;                         /* elements of x */
uint inner;                     /* of a plane */
uint channels;
uint n_planes;
uint image_step;                /* floats to the next image's coefficients, or 0 */
float alpha, beta;              /* of the activation */
PUSH_END (SgPushScaleShift)

#endif
