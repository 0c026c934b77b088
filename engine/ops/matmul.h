/* gst-stylegan: MatMul
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* matmul (a [..,M,K], b [..,K,N]) -> y [..,M,N], the leading dimensions
 * broadcast; an a of rank 1 is [1,K] and a b of rank 1 is [K,1], and y lacks
 * that dimension again. ONNX's MatMul, as numpy.matmul. */

/* The call as matrices: a [batch,m,k], b [batch,k,n], y [batch,m,n], where the
 * batches of a and b broadcast to that of y. */
typedef struct
{
  gint64 m, n, k;
  SgShape a, b, y;              /* the leading dimensions only */
} SgMatmulShape;

gboolean sg_matmul_resolve (const SgCall * call, SgMatmulShape * shape,
    GError ** error);
/* The same for matmul_transposed (a [..,M,K], b [..,N,K]) -> y [..,M,N] = a b^T, of
 * matrices only; b is [batch,n,k]. */
gboolean sg_matmul_transposed_resolve (const SgCall * call,
    SgMatmulShape * shape, GError ** error);

G_END_DECLS
