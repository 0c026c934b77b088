/* gst-stylegan: Cast
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* cast (x) -> x as @to. ONNX's Cast: towards zero from floating point to
 * integers, modulo 2^n between integers. */
typedef struct
{
  SgDType to;
} SgCastAttrs;

G_END_DECLS
