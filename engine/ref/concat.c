/* gst-stylegan: reference for Concat
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/concat.h"
#include "ref/copy.h"

gboolean
ref_concat (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgConcatAttrs *attrs = call->attrs;
  const SgShape *y = &outputs[0]->desc.shape;
  gint axis = (gint) (attrs->axis < 0 ? attrs->axis + y->rank : attrs->axis);
  gint64 first = 0;

  for (guint i = 0; i < call->n_inputs; i++) {
    const SgShape *x = &inputs[i]->desc.shape;
    RefWalk walk = { .shape = *x };

    ref_walk_part (&walk, 0, y, axis, first);
    ref_walk_part (&walk, 1, x, axis, 0);
    ref_copy_walk (&walk, outputs[0], inputs[i]);
    first += x->dim[axis];
  }
  return TRUE;
}
