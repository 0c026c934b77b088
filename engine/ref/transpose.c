/* gst-stylegan: reference for Transpose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/transpose.h"
#include "ref/copy.h"

gboolean
ref_transpose (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgShape *x = &inputs[0]->desc.shape;
  RefWalk walk = { .shape = outputs[0]->desc.shape };
  gint64 stride[SG_MAX_RANK];
  gint perm[SG_MAX_RANK];

  sg_transpose_resolve (call->attrs, x->rank, perm);
  ref_strides (&walk.shape, walk.stride[0]);
  ref_strides (x, stride);
  for (gint i = 0; i < x->rank; i++)
    walk.stride[1][i] = stride[perm[i]];
  ref_copy_walk (&walk, outputs[0], inputs[0]);
  return TRUE;
}
