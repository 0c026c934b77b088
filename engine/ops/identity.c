/* gst-stylegan: Identity, y = x; Dropout of a trained network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/identity.h"

#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

/* Dropout asked to train can only be ignored at ratio 0. */
static gboolean
check_training (const SgCall * call, GError ** error)
{
  const SgTensor *training, *ratio;

  if (!sg_call_has_input (call, 2))
    return TRUE;
  training = sg_call_get_constant (call, 2);
  if (training == NULL || sg_tensor_elements (training) != 1)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "training_mode must be a constant scalar");
  if (sg_tensor_get (training, 0) == 0)
    return TRUE;
  ratio = sg_call_get_constant (call, 1);
  if (ratio == NULL || sg_tensor_elements (ratio) != 1
      || sg_tensor_get (ratio, 0) != 0)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "drops at random because training_mode is set; export the model for "
        "inference");
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgIdentityAttrs *attrs = call->attrs;

  if (!check_training (call, error)
      || !sg_infer_same (call, error))
    return FALSE;
  if (call->n_outputs > 1) {
    call->outputs[1] = call->inputs[0];
    if (!attrs->typed_mask)
      call->outputs[1].dtype = SG_DTYPE_BOOL;
  }
  return TRUE;
}

static gboolean
parse_dropout_7 (SgImport * import, gpointer attrs, GError ** error)
{
  ((SgIdentityAttrs *) attrs)->typed_mask = TRUE;
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  if (export->n_outputs > 1)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "has the mask of Dropout as an output");
  sg_export_keep_inputs (export, 1);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"Identity", 1, 0, NULL, write},
  {"Dropout", 7, 9, parse_dropout_7},
  {"Dropout", 10, 0, NULL},
  {NULL}
};

SG_DEFINE_OP (identity, .onnx = names, .min_inputs = 1, .max_inputs = 3,
    .max_outputs = 2, .attrs_size = sizeof (SgIdentityAttrs), .infer = infer,
    .is_copy = TRUE, .flops = sg_flops_none, .gradient = sg_gradient_reshaped);
