/* gst-stylegan: push constants of nn/conv_pack.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_CONV_PACK_H
#define PUSH_CONV_PACK_H

#include "push/push.h"

PUSH_BEGIN (SgPushConvPack)
uint n;
PUSH_END (SgPushConvPack)

#endif
