/* gst-stylegan: reference for Expand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/copy.h"

gboolean
ref_expand (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  ref_copy_broadcast (outputs[0], inputs[0]);
  return TRUE;
}
