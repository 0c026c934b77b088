/* gst-stylegan: reference for Affine
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ref/unary.h"

REF_DEFINE_UNARY (affine, x * ((const SgAffineAttrs *) call->attrs)->alpha
    + ((const SgAffineAttrs *) call->attrs)->beta)
