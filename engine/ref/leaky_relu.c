/* gst-stylegan: reference for LeakyRelu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/leaky_relu.h"
#include "ref/unary.h"

#define ALPHA (((const SgLeakyReluAttrs *) call->attrs)->alpha)

REF_DEFINE_UNARY (leaky_relu, x < 0 ? ALPHA * x : x)
