/* gst-stylegan: reference for Crop
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/crop.h"

#include <string.h>

#include "ref/access.h"

gboolean
ref_crop (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgCropAttrs *a = call->attrs;
  const SgShape *x = &inputs[0]->desc.shape, *y = &outputs[0]->desc.shape;
  gsize size = sg_dtype_size (inputs[0]->desc.dtype);
  gsize row = (gsize) y->dim[3] * size;
  guint8 *out = outputs[0]->data;

  for (gint64 p = 0; p < y->dim[0] * y->dim[1]; p++) {
    for (gint64 h = 0; h < y->dim[2]; h++, out += row) {
      gint64 from = (p * x->dim[2] + a->top + h) * x->dim[3] + a->left;

      memcpy (out, (const guint8 *) inputs[0]->data + (gsize) from * size, row);
    }
  }
  return TRUE;
}
