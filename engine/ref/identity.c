/* gst-stylegan: reference for Identity and Dropout
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/copy.h"

gboolean
ref_identity (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  ref_copy_all (outputs[0], inputs[0]);
  if (call->n_outputs > 1) {
    SgTensor *mask = outputs[1];

    for (gint64 i = 0; i < sg_tensor_elements (mask); i++)
      sg_dtype_store (mask->desc.dtype, mask->data, i, 1);
  }
  return TRUE;
}
