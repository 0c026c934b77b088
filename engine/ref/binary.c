/* gst-stylegan: reference for operators of two broadcast inputs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"

#include "ref/integer.h"
#include "ref/walk.h"

void
ref_binary (const RefBinary * operation, SgTensor * y, const SgTensor * a,
    const SgTensor * b)
{
  gboolean integers = !sg_dtype_is_float (a->desc.dtype)
      && !sg_dtype_is_float (b->desc.dtype);
  gboolean naturals = integers && ref_is_unsigned (a->desc.dtype);
  RefWalk walk = { .shape = y->desc.shape };
  gint64 i = 0;

  ref_walk_broadcast (&walk, 0, &a->desc.shape);
  ref_walk_broadcast (&walk, 1, &b->desc.shape);
  for (ref_walk_start (&walk); walk.left > 0; ref_walk_next (&walk), i++) {
    gint64 ia = walk.offset[0], ib = walk.offset[1];

    if (naturals)
      ref_store_integer (y, i, operation->natural (ref_load_integer (a, ia),
              ref_load_integer (b, ib)));
    else if (integers)
      ref_store_integer (y, i, operation->integer (sg_tensor_get_i64 (a, ia),
              sg_tensor_get_i64 (b, ib)));
    else
      sg_dtype_store (y->desc.dtype, y->data, i,
          operation->real (sg_tensor_get (a, ia), sg_tensor_get (b, ib)));
  }
}
