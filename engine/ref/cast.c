/* gst-stylegan: reference for Cast
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/integer.h"

gboolean
ref_cast (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  SgTensor *x = inputs[0], *y = outputs[0];
  gint64 n = sg_tensor_elements (x);
  gboolean integers = !sg_dtype_is_float (x->desc.dtype)
      && !sg_dtype_is_float (y->desc.dtype);

  for (gint64 i = 0; i < n; i++) {
    if (integers)
      ref_store_integer (y, i, ref_load_integer (x, i));
    else
      sg_dtype_store (y->desc.dtype, y->data, i, sg_tensor_get (x, i));
  }
  return TRUE;
}
