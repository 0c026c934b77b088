/* gst-stylegan: reference for gram
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/access.h"
#include "ref/dot.h"

gboolean
ref_gram (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  gint64 c = outputs[0]->desc.shape.dim[1];
  gint64 n = sg_tensor_elements (inputs[0])
      / (inputs[0]->desc.shape.dim[0] * c);

  for (gint64 i = 0; i < sg_tensor_elements (outputs[0]); i++) {
    RefVector a = { inputs[0], i / c * n, 1 };
    RefVector b = { inputs[0], (i / (c * c) * c + i % c) * n, 1 };

    ref_store (outputs[0], i, ref_dot (a, b, n) / (gdouble) n);
  }
  return TRUE;
}
