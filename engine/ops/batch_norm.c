/* gst-stylegan: BatchNormalization,
 * y = scale * (x - mean) / sqrt (variance + epsilon) + bias per channel, with
 * given moments, or when training those of the batch
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/normalize.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgBatchNormAttrs *a = call->attrs;

  if (!sg_spatial_check_image (call, 2, error)
      || !sg_spatial_check_channels (call, 1, 4, error))
    return FALSE;
  if (call->n_outputs > 1 && !a->training)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "has running moments as outputs without training_mode");
  for (guint i = 1; i < call->n_outputs; i++)
    call->outputs[i] = call->inputs[2 + i];
  return sg_infer_same (call, error);
}

static gboolean
as_scale_shift (const SgCall * call, guint * x, gfloat * scale, gfloat * shift)
{
  const SgBatchNormAttrs *a = call->attrs;
  SgTensor *const *in = call->constants;

  if (a->training || in == NULL || !in[1] || !in[2] || !in[3] || !in[4])
    return FALSE;
  *x = 0;
  for (gint64 c = 0; c < call->outputs[0].shape.dim[1]; c++) {
    gdouble s = sg_tensor_get (in[1], c)
        / sqrt (sg_tensor_get (in[4], c) + a->epsilon);

    scale[c] = (gfloat) s;
    shift[c] =
        (gfloat) (sg_tensor_get (in[2], c) - sg_tensor_get (in[3], c) * s);
  }
  return TRUE;
}

static gdouble
flops (const SgCall * call)
{
  const SgBatchNormAttrs *a = call->attrs;

  return (a->training ? 6.0 : 2.0)
      * sg_shape_elements (&call->inputs[0].shape);
}

static gboolean
parse_14 (SgImport * import, gpointer attrs, GError ** error)
{
  SgBatchNormAttrs *a = attrs;

  a->epsilon = sg_import_float (import, "epsilon", 1e-5f);
  a->momentum = sg_import_float (import, "momentum", 0.9f);
  a->training = sg_import_int (import, "training_mode", 0) != 0;
  return TRUE;
}

/* Before opset 14 it was the number of outputs that said whether to train, and
 * before 9 there was a mode with moments per element. */
static gboolean
parse_7 (SgImport * import, gpointer attrs, GError ** error)
{
  SgBatchNormAttrs *a = attrs;

  if (sg_import_int (import, "spatial", 1) == 0)
    return sg_import_error (import, error, SG_ERROR_UNSUPPORTED,
        "spatial 0, statistics per element, is not supported");
  if (import->n_outputs > 1)
    return sg_import_error (import, error, SG_ERROR_UNSUPPORTED,
        "is exported for training; export the model for inference");
  if (!parse_14 (import, attrs, error))
    return FALSE;
  a->training = FALSE;
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgBatchNormAttrs *a = attrs;

  sg_export_set_float (export, "epsilon", a->epsilon);
  sg_export_set_float (export, "momentum", a->momentum);
  if (!a->training)
    return TRUE;
  sg_export_set_int (export, "training_mode", 1);
  return sg_export_needs (export, 14, "training_mode", error);
}

static const SgOnnxName names[] = {
  {"BatchNormalization", 7, 13, parse_7, write},
  {"BatchNormalization", 14, 0, parse_14, write},
  {NULL}
};

SG_DEFINE_OP (batch_norm, .onnx = names, .min_inputs = 5, .max_inputs = 5,
    .max_outputs = 3, .attrs_size = sizeof (SgBatchNormAttrs), .infer = infer,
    .as_scale_shift = as_scale_shift, .flops = flops);
