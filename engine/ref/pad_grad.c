/* gst-stylegan: reference for pad_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad_grad.h"

#include "ref/access.h"
#include "ops/pad.h"

/* Which element of dx the one at @index of dy was copied from; -1: none. */
static gint64
source (const SgPadGradAttrs * a, const SgShape * dx, const SgShape * dy,
    gint64 index)
{
  gint64 from = 0, step = 1;

  for (gint i = dy->rank - 1; i >= 0; i--) {
    gint64 at = sg_pad_index (a->mode, index % dy->dim[i] - a->begin[i],
        dx->dim[i]);

    if (at < 0)
      return -1;
    from += at * step;
    step *= dx->dim[i];
    index /= dy->dim[i];
  }
  return from;
}

gboolean
ref_pad_grad (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  gint64 n = sg_tensor_elements (outputs[0]);
  g_autofree gdouble *sum = ref_new_doubles (call, n, error);

  if (sum == NULL)
    return FALSE;
  for (gint64 i = 0; i < n; i++)
    sum[i] = 0;
  for (gint64 i = 0; i < sg_tensor_elements (inputs[0]); i++) {
    gint64 from = source (call->attrs, &outputs[0]->desc.shape,
        &inputs[0]->desc.shape, i);

    if (from >= 0)
      sum[from] += sg_tensor_get (inputs[0], i);
  }
  for (gint64 i = 0; i < n; i++)
    ref_store (outputs[0], i, sum[i]);
  return TRUE;
}
