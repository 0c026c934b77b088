/* gst-stylegan: reference for Clip
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"
#include "ref/copy.h"

/* a: x, b: the limit. NaN stays; the upper limit wins over the lower. */
REF_DEFINE_OPERATION (low, a < b ? b : a, MAX (a, b), MAX (a, b));
REF_DEFINE_OPERATION (high, a > b ? b : a, MIN (a, b), MIN (a, b));

gboolean
ref_clip (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  SgShape scalar = SG_SHAPE_SCALAR;
  const RefBinary *limits[] = { &low_operation, &high_operation };

  ref_copy_all (outputs[0], inputs[0]);
  for (guint i = 1; i < call->n_inputs; i++) {
    SgTensor limit;

    if (inputs[i] == NULL)
      continue;
    /* A limit of shape [1] is one as well. */
    limit = *inputs[i];
    limit.desc.shape = scalar;
    ref_binary (limits[i - 1], outputs[0], outputs[0], &limit);
  }
  return TRUE;
}
