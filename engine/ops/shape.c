/* gst-stylegan: Shape, the dimensions of x
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/shape.h"

#include "ops/check.h"
#include "ops/ops.h"

static gint
clamp (gint64 axis, gint rank)
{
  return (gint) (axis < 0 ? MAX (axis, -rank) + rank : MIN (axis, rank));
}

void
sg_shape_op_range (const SgShapeAttrs * attrs, gint rank, gint * start,
    gint * n)
{
  gint end = attrs->has_end ? clamp (attrs->end, rank) : rank;

  *start = clamp (attrs->start, rank);
  *n = MAX (end - *start, 0);
}

static gboolean
infer (SgCall * call, GError ** error)
{
  gint start, n;

  sg_shape_op_range (call->attrs, call->inputs[0].shape.rank, &start, &n);
  call->outputs[0].dtype = SG_DTYPE_I64;
  call->outputs[0].shape = SG_SHAPE (n);
  return TRUE;
}

static gboolean
parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgShapeAttrs *a = attrs;

  a->start = sg_import_int (import, "start", 0);
  a->has_end = sg_import_find (import, "end") != NULL;
  a->end = sg_import_int (import, "end", 0);
  return TRUE;
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgShapeAttrs *a = attrs;

  export->output_dtypes[0] = SG_DTYPE_I64;
  if (a->start == 0 && !a->has_end)
    return TRUE;
  sg_export_set_int (export, "start", a->start);
  if (a->has_end)
    sg_export_set_int (export, "end", a->end);
  return sg_export_needs (export, 15, "a part of the shape", error);
}

static const SgOnnxName names[] = { {"Shape", 1, 0, parse, write}, {NULL} };

SG_DEFINE_OP (shape, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgShapeAttrs), .infer = infer, .shape_only = TRUE,
    .flops = sg_flops_none);
