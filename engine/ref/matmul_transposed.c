/* gst-stylegan: reference for matmul_transposed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/matmul.h"
#include "ref/dot.h"
#include "ref/walk.h"

gboolean
ref_matmul_transposed (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  RefWalk walk = { {0,} };      /* over the batches */
  SgMatmulShape shape;
  gint64 i = 0;

  if (!sg_matmul_transposed_resolve (call, &shape, error))
    return FALSE;
  walk.shape = shape.y;
  ref_walk_broadcast (&walk, 0, &shape.a);
  ref_walk_broadcast (&walk, 1, &shape.b);
  for (ref_walk_start (&walk); walk.left > 0; ref_walk_next (&walk)) {
    for (gint64 m = 0; m < shape.m; m++) {
      RefVector a = { inputs[0],
        (walk.offset[0] * shape.m + m) * shape.k, 1
      };

      for (gint64 n = 0; n < shape.n; n++, i++) {
        RefVector b = { inputs[1],
          (walk.offset[1] * shape.n + n) * shape.k, 1
        };

        sg_dtype_store (outputs[0]->desc.dtype, outputs[0]->data, i,
            ref_dot (a, b, shape.k));
      }
    }
  }
  return TRUE;
}
