/* gst-stylegan: reference for Slice
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/slice.h"
#include "ref/copy.h"

gboolean
ref_slice (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgShape *x = &inputs[0]->desc.shape;
  RefWalk walk = { .shape = outputs[0]->desc.shape };
  gint64 stride[SG_MAX_RANK];
  SgSliceRange range;

  if (!sg_slice_resolve (call, &range, error))
    return FALSE;
  ref_strides (&walk.shape, walk.stride[0]);
  ref_strides (x, stride);
  for (gint i = 0; i < x->rank; i++) {
    walk.start[1] += range.start[i] * stride[i];
    walk.stride[1][i] = range.step[i] * stride[i];
  }
  ref_copy_walk (&walk, outputs[0], inputs[0]);
  return TRUE;
}
