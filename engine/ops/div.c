/* gst-stylegan: Div, c = a / b, broadcast; integers towards zero
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/arithmetic.h"
#include "ops/ops.h"

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  gint64 n = sg_call_fill_channels (call, shift, 0);

  *x = 0;
  if (!sg_call_channel_constant (call, 1, scale))
    return FALSE;
  for (gint64 i = 0; i < n; i++)
    scale[i] = 1 / scale[i];
  return TRUE;
}

static const SgOnnxName names[] = { {"Div", 7, 0, NULL}, {NULL} };

SG_DEFINE_OP (div, .onnx = names, .min_inputs = 2, .max_inputs = 2,
    .infer = sg_infer_arithmetic, .as_scale_shift = as_scale_shift);
