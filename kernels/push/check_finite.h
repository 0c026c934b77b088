/* gst-stylegan: push constants of nn/check_finite.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_CHECK_FINITE_H
#define PUSH_CHECK_FINITE_H

#include "push/push.h"

PUSH_BEGIN (SgPushCheckFinite)
uint n;                         /* elements */
PUSH_END (SgPushCheckFinite)

#endif
