/* gst-stylegan: reference for Elu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/elu.h"
#include "ref/unary.h"

#define ALPHA (((const SgEluAttrs *) call->attrs)->alpha)

REF_DEFINE_UNARY (elu, x < 0 ? ALPHA * expm1 (x) : x)
