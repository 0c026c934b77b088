/* gst-stylegan: reference for moving data of any type
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/copy.h"

void
ref_copy_walk (RefWalk * walk, SgTensor * y, const SgTensor * x)
{
  gint64 size = (gint64) sg_dtype_size (x->desc.dtype);
  const guint8 *from = x->data;
  guint8 *to = y->data;

  for (ref_walk_start (walk); walk->left > 0; ref_walk_next (walk))
    memcpy (to + walk->offset[0] * size, from + walk->offset[1] * size, size);
}

void
ref_copy_all (SgTensor * y, const SgTensor * x)
{
  if (sg_tensor_elements (x) > 0 && y->data != x->data)
    memcpy (y->data, x->data, sg_tensor_desc_bytes (&x->desc));
}

void
ref_copy_broadcast (SgTensor * y, const SgTensor * x)
{
  RefWalk walk = { .shape = y->desc.shape };

  ref_strides (&y->desc.shape, walk.stride[0]);
  ref_walk_broadcast (&walk, 1, &x->desc.shape);
  ref_copy_walk (&walk, y, x);
}

void
ref_walk_part (RefWalk * walk, guint k, const SgShape * whole, gint axis,
    gint64 first)
{
  ref_strides (whole, walk->stride[k]);
  walk->start[k] = first * walk->stride[k][axis];
}
