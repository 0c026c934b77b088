/* gst-stylegan: Elu, y = x < 0 ? alpha * (e ^ x - 1) : x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/elu.h"

#include "ops/ops.h"

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgEluAttrs *a = attrs;

  a->alpha = sg_import_float (import, "alpha", 1);
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgEluAttrs *a = attrs;

  sg_export_set_float (export, "alpha", a->alpha);
  return TRUE;
}

static const SgOnnxName names[] = { {"Elu", 6, 0, parse, write}, {NULL} };

SG_DEFINE_OP (elu, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgEluAttrs), .infer = sg_infer_same_float);
