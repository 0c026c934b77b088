/* gst-stylegan: reference for ConstantOfShape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/constant_of_shape.h"

#include <string.h>

#include "ref/ref.h"

gboolean
ref_constant_of_shape (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgConstantOfShapeAttrs *attrs = call->attrs;
  gsize size = sg_dtype_size (outputs[0]->desc.dtype);
  gint64 n = sg_tensor_elements (outputs[0]);

  for (gint64 i = 0; i < n; i++)
    memcpy ((guint8 *) outputs[0]->data + i * size, &attrs->value, size);
  return TRUE;
}
