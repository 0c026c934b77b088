/* gst-stylegan: reference for scale_shift
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ref/fused.h"

gboolean
ref_scale_shift (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgScaleShiftAttrs *a = call->attrs;
  const SgShape *shape = &inputs[0]->desc.shape;
  const SgTensor *residual = call->n_inputs > 2 ? inputs[2] : NULL;
  gint64 channels = shape->dim[1], inner = ref_inner (shape, 2);
  gboolean shared = inputs[1]->desc.shape.dim[0] == 1;

  for (gint64 i = 0; i < shape->dim[0] * channels; i++) {
    gint64 s = (shared ? 0 : i / channels) * 2 * channels + i % channels;
    gdouble scale = sg_tensor_get (inputs[1], s);
    gdouble shift = sg_tensor_get (inputs[1], s + channels);

    for (gint64 j = i * inner; j < (i + 1) * inner; j++) {
      gdouble y = ref_activate (&a->activation,
          sg_tensor_get (inputs[0], j) * scale + shift);

      ref_store (outputs[0], j, residual ? y + sg_tensor_get (residual, j) : y);
    }
  }
  return TRUE;
}
