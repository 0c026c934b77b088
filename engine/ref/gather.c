/* gst-stylegan: reference for Gather
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gather.h"

#include <string.h>

#include "ref/ref.h"

gboolean
ref_gather (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgGatherAttrs *attrs = call->attrs;
  const SgShape *x = &inputs[0]->desc.shape;
  gint axis = (gint) (attrs->axis < 0 ? attrs->axis + x->rank : attrs->axis);
  SgShape outer = sg_shape_from (x->dim, axis);
  SgShape inner = sg_shape_from (x->dim + axis + 1, x->rank - axis - 1);
  gint64 n_outer = sg_shape_elements (&outer), size = x->dim[axis];
  gint64 n = sg_tensor_elements (inputs[1]);
  gint64 bytes = sg_shape_elements (&inner)
      * (gint64) sg_dtype_size (inputs[0]->desc.dtype);
  const guint8 *from = inputs[0]->data;
  guint8 *to = outputs[0]->data;

  for (gint64 o = 0; o < n_outer; o++) {
    for (gint64 i = 0; i < n; i++) {
      gint64 index = sg_tensor_get_i64 (inputs[1], i);

      if (index < -size || index >= size)
        return sg_call_error (call, error, SG_ERROR_SHAPE,
            "index %" G_GINT64_FORMAT " of a dimension of %" G_GINT64_FORMAT,
            index, size);
      if (index < 0)
        index += size;
      memcpy (to, from + (o * size + index) * bytes, bytes);
      to += bytes;
    }
  }
  return TRUE;
}
