/* gst-stylegan: Transpose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* transpose (x) -> y, dimension i of y is dimension perm[i] of x. ONNX's
 * Transpose. */
typedef struct
{
  gint n_perm;                  /* 0: reverse the dimensions */
  gint64 perm[SG_MAX_RANK];
} SgTransposeAttrs;

/* The permutation for a tensor of @rank, which infer () has seen. */
void sg_transpose_resolve (const SgTransposeAttrs * attrs, gint rank,
    gint perm[SG_MAX_RANK]);

G_END_DECLS
