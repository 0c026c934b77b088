/* gst-stylegan: Affine, y = alpha * x + beta. An experimental operator that ONNX
 * has removed; models made for WinML have it.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "ops/ops.h"

static gdouble
flops (const SgCall * call)
{
  return 2.0 * sg_shape_elements (&call->outputs[0].shape);
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgAffineAttrs *a = attrs;

  a->alpha = sg_import_float (import, "alpha", 1);
  a->beta = sg_import_float (import, "beta", 0);
  return TRUE;
}

static const SgOnnxName names[] = { {"Affine", 1, 0, parse}, {NULL} };

SG_DEFINE_OP (affine,.onnx = names,.min_inputs = 1,.max_inputs = 1,.attrs_size =
    sizeof (SgAffineAttrs),.infer = sg_infer_same_float,.flops = flops);
