/* gst-stylegan: SpaceToDepth, moves blocks of samples into channels
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/blocks.h"
#include "ops/depth_to_space.h"
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/spatial.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgDepthToSpaceAttrs *a = call->attrs;
  SgShape *y = &call->outputs[0].shape;
  gint64 b = a->blocksize;

  if (!sg_blocks_check (call, error))
    return FALSE;
  call->outputs[0] = call->inputs[0];
  if (y->dim[2] % b != 0 || y->dim[3] % b != 0)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%" G_GINT64_FORMAT " x %" G_GINT64_FORMAT
        " samples are no whole blocks of %" G_GINT64_FORMAT " x %"
        G_GINT64_FORMAT, y->dim[2], y->dim[3], b, b);
  y->dim[1] *= b * b;
  y->dim[2] /= b;
  y->dim[3] /= b;
  return sg_spatial_check_output (call, error);
}

static void
gradient (SgGradient * g)
{
  g->inputs[0] = sg_gradient_node (g, "depth_to_space", g->node->attrs, 1,
      g->outputs[0]);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgDepthToSpaceAttrs *a = attrs;

  if (a->crd)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "orders channels as DepthToSpace's mode CRD does; ONNX has DCR only");
  sg_export_set_int (export, "blocksize", a->blocksize);
  return TRUE;
}

static const SgOnnxName names[] = {
  {"SpaceToDepth", 1, 0, sg_blocks_parse, write},
  {NULL}
};

SG_DEFINE_OP (space_to_depth, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgDepthToSpaceAttrs), .infer = infer, .is_copy = TRUE,
    .flops = sg_spatial_no_flops, .gradient = gradient);
