/* gst-stylegan: reference for DepthToSpace
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/blocks.h"

gboolean
ref_depth_to_space (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  ref_copy_blocks (call->attrs, inputs[0], outputs[0], TRUE);
  return TRUE;
}
