/* gst-stylegan: reference for SpaceToDepth
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/blocks.h"

gboolean
ref_space_to_depth (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  ref_copy_blocks (call->attrs, outputs[0], inputs[0], FALSE);
  return TRUE;
}
