/* gst-stylegan: reference for ImageScaler
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ref/access.h"

gboolean
ref_image_scaler (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgImageScalerAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 inner = ref_inner (shape, 2);

  for (gint64 i = 0; i < sg_tensor_elements (inputs[0]); i++)
    ref_store (outputs[0], i, sg_tensor_get (inputs[0], i) * a->scale
        + a->bias[i / inner % shape->dim[1]]);
  return TRUE;
}
