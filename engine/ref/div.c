/* gst-stylegan: reference for Div
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"
#include "ref/integer.h"

/* The smallest integer divided by -1 wraps to itself. */
REF_DEFINE_OPERATION (div, a / b,
    b == -1 ? 0 - (guint64) a : (guint64) (a / b), a / b);

gboolean
ref_div (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  gint64 n = sg_tensor_elements (inputs[1]);

  if (!sg_dtype_is_float (inputs[1]->desc.dtype)
      && sg_tensor_elements (outputs[0]) > 0)
    for (gint64 i = 0; i < n; i++)
      if (ref_load_integer (inputs[1], i) == 0)
        return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
            "divides an integer by zero");
  ref_binary (&div_operation, outputs[0], inputs[0], inputs[1]);
  return TRUE;
}
