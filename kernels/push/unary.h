/* gst-stylegan: push constants of nn/unary.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_UNARY_H
#define PUSH_UNARY_H

#include "push/push.h"

PUSH_BEGIN (SgPushUnary)
uint n;
float alpha, beta;              /* as the function has them: SgActivation */
PUSH_END (SgPushUnary)

#endif
