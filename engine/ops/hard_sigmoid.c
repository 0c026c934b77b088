/* gst-stylegan: HardSigmoid, y = min (max (alpha * x + beta, 0), 1)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/hard_sigmoid.h"

#include "ops/ops.h"

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgHardSigmoidAttrs *a = attrs;

  a->alpha = sg_import_float (import, "alpha", 0.2f);
  a->beta = sg_import_float (import, "beta", 0.5f);
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgHardSigmoidAttrs *a = attrs;

  sg_export_set_float (export, "alpha", a->alpha);
  sg_export_set_float (export, "beta", a->beta);
  return TRUE;
}

static const SgOnnxName names[] =
    { {"HardSigmoid", 6, 0, parse, write}, {NULL} };

SG_DEFINE_OP (hard_sigmoid, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgHardSigmoidAttrs), .infer = sg_infer_same_float);
