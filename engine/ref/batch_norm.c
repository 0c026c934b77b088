/* gst-stylegan: reference for BatchNormalization
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/normalize.h"
#include "ref/access.h"

/* Mean and biased variance of channel @c over the batch. */
static void
batch_moments (const SgShape * shape, const gdouble * x, gint64 c,
    gdouble * mean, gdouble * variance)
{
  gint64 inner = ref_inner (shape, 2), channels = shape->dim[1];
  gdouble sum = 0, squares = 0;

  for (gint64 n = 0; n < shape->dim[0]; n++)
    for (gint64 i = 0; i < inner; i++)
      sum += x[(n * channels + c) * inner + i];
  *mean = sum / (shape->dim[0] * inner);
  for (gint64 n = 0; n < shape->dim[0]; n++) {
    for (gint64 i = 0; i < inner; i++) {
      gdouble d = x[(n * channels + c) * inner + i] - *mean;

      squares += d * d;
    }
  }
  *variance = squares / (shape->dim[0] * inner);
}

/* New running value of @input's element @c in @output, which may be NULL. */
static void
update (SgTensor * output, const SgTensor * input, gint64 c, gdouble momentum,
    gdouble current)
{
  if (output)
    ref_store (output, c, sg_tensor_get (input, c) * momentum
        + current * (1 - momentum));
}

gboolean
ref_batch_norm (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgBatchNormAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  gint64 channels = shape->dim[1], inner = ref_inner (shape, 2);
  g_autofree gdouble *x = ref_load_tensor (call, inputs[0], error);

  if (x == NULL)
    return FALSE;
  for (gint64 c = 0; c < channels; c++) {
    gdouble mean = sg_tensor_get (inputs[3], c);
    gdouble variance = sg_tensor_get (inputs[4], c);
    gdouble bias = sg_tensor_get (inputs[2], c), scale;

    if (a->training) {
      batch_moments (shape, x, c, &mean, &variance);
      update (call->n_outputs > 1 ? outputs[1] : NULL, inputs[3], c,
          a->momentum, mean);
      update (call->n_outputs > 2 ? outputs[2] : NULL, inputs[4], c,
          a->momentum, variance);
    }
    scale = sg_tensor_get (inputs[1], c) / sqrt (variance + a->epsilon);
    for (gint64 n = 0; n < shape->dim[0]; n++) {
      gint64 first = (n * channels + c) * inner;

      for (gint64 i = first; i < first + inner; i++)
        ref_store (outputs[0], i, (x[i] - mean) * scale + bias);
    }
  }
  return TRUE;
}
