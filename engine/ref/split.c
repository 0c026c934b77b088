/* gst-stylegan: reference for Split
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/split.h"
#include "ref/copy.h"

gboolean
ref_split (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgSplitAttrs *attrs = call->attrs;
  const SgShape *x = &inputs[0]->desc.shape;
  gint axis = (gint) (attrs->axis < 0 ? attrs->axis + x->rank : attrs->axis);
  gint64 first = 0;

  for (guint i = 0; i < call->n_outputs; i++) {
    const SgShape *y = &outputs[i]->desc.shape;
    RefWalk walk = { .shape = *y };

    ref_walk_part (&walk, 0, y, axis, 0);
    ref_walk_part (&walk, 1, x, axis, first);
    ref_copy_walk (&walk, outputs[i], inputs[0]);
    first += y->dim[axis];
  }
  return TRUE;
}
