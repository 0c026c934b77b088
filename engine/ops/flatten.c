/* gst-stylegan: Flatten, x as a matrix
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flatten.h"

#include "ops/check.h"
#include "ops/gradient.h"
#include "ops/ops.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgFlattenAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  SgShape rows, columns;
  gint axis;

  /* One past the last axis is allowed as well. */
  axis = attrs->axis == x->rank ? x->rank :
      sg_call_axis (call, attrs->axis, x->rank, error);
  if (axis < 0)
    return FALSE;
  rows = sg_shape_from (x->dim, axis);
  columns = sg_shape_from (x->dim + axis, x->rank - axis);
  call->outputs[0].dtype = call->inputs[0].dtype;
  call->outputs[0].shape = SG_SHAPE (sg_shape_elements (&rows),
      sg_shape_elements (&columns));
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  ((SgFlattenAttrs *) attrs)->axis = sg_import_int (import, "axis", 1);
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  sg_export_set_int (export, "axis", ((const SgFlattenAttrs *) attrs)->axis);
  return TRUE;
}

static const SgOnnxName names[] = { {"Flatten", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (flatten, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgFlattenAttrs), .infer = infer, .is_copy = TRUE,
    .flops = sg_flops_none, .gradient = sg_gradient_reshaped);
