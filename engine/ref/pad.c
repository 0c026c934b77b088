/* gst-stylegan: reference for Pad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad.h"

#include <string.h>

#include "ops/pad_resolve.h"
#include "ref/access.h"

/* Which element of x stands at @index of y; -1: the constant. */
static gint64
source (SgPadMode mode, const SgShape * x, const SgShape * y,
    const gint64 * begin, const gint64 * end, gint64 index)
{
  gint64 from = 0, step = 1;

  for (gint i = y->rank - 1; i >= 0; i--) {
    /* Negative pads crop first: what is padded is the part that they leave. */
    gint64 cropped = -MIN (begin[i], 0);
    gint64 kept = x->dim[i] - cropped + MIN (end[i], 0);
    gint64 at = sg_pad_index (mode, index % y->dim[i] - MAX (begin[i], 0),
        kept);

    if (at < 0)
      return -1;
    from += (at + cropped) * step;
    step *= x->dim[i];
    index /= y->dim[i];
  }
  return from;
}

gboolean
ref_pad (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgPadAttrs *a = call->attrs;
  const SgTensor *x = inputs[0];
  SgTensor *y = outputs[0];
  gsize size = sg_dtype_size (x->desc.dtype);
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
  guint8 value[8] = { 0, };
  SgCall known = *call;

  known.constants = inputs;
  if (!sg_pad_resolve (&known, begin, end, error))
    return FALSE;
  if (call->n_inputs > 2 && inputs[2]) {
    if (inputs[2]->desc.dtype == x->desc.dtype)
      memcpy (value, inputs[2]->data, size);
    else
      sg_dtype_store (x->desc.dtype, value, 0, sg_tensor_get (inputs[2], 0));
  }
  for (gint64 i = 0; i < sg_tensor_elements (y); i++) {
    gint64 from = source (a->mode, &x->desc.shape, &y->desc.shape, begin, end,
        i);

    memcpy ((guint8 *) y->data + i * size, from < 0 ? value
        : (const guint8 *) x->data + from * size, size);
  }
  return TRUE;
}
