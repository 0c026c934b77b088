/* gst-stylegan: reference for select
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ops/temporal.h"
#include "ref/access.h"

gboolean
ref_select (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgSelectAttrs *a = call->attrs;
  const SgTensor *chosen = inputs[sg_tensor_get (inputs[2], a->index) > 0.5];

  memcpy (outputs[0]->data, chosen->data, sg_tensor_desc_bytes (&chosen->desc));
  return TRUE;
}
