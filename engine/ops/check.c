/* gst-stylegan: what many operators' descriptors share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/check.h"

const SgTensor *
sg_call_get_constant (const SgCall * call, guint index)
{
  return call->constants && index < call->n_inputs ?
      call->constants[index] : NULL;
}

gdouble
sg_flops_none (const SgCall * call)
{
  return 0;
}
