/* gst-stylegan: Gemm
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* gemm (a [M,K], b [K,N], c broadcast to [M,N] or none) -> y [M,N]
 * y = alpha * a' * b' + beta * c, a' and b' being a and b, transposed if so
 * asked (then a is [K,M], b is [N,K]). ONNX's Gemm. */
typedef struct
{
  gfloat alpha, beta;
  gboolean trans_a, trans_b;
} SgGemmAttrs;

G_END_DECLS
