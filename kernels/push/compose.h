/* gst-stylegan: push constants of nn/compose.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_COMPOSE_H
#define PUSH_COMPOSE_H

#include "push/push.h"

PUSH_BEGIN (SgPushCompose)
uint size;                      /* pixels */
float luma[3];                  /* of each plane; see ops/compose.h */
PUSH_END (SgPushCompose)

#endif
