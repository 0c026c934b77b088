/* gst-stylegan: push constants of nn/norm_coefficients.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_NORM_COEFFICIENTS_H
#define PUSH_NORM_COEFFICIENTS_H

#include "push/push.h"

PUSH_BEGIN (SgPushNormCoefficients)
uint n_planes;
uint channels;
float epsilon;
uint n_shared;                  /* pictures whose moments are put together, 0: none */
PUSH_END (SgPushNormCoefficients)

#endif
