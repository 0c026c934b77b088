/* gst-stylegan: DepthToSpace, moves channels into blocks of samples
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/depth_to_space.h"

#include "ops/blocks.h"
#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/spatial.h"

gboolean
sg_blocks_parse (SgImport * import, gpointer attrs, GError ** error)
{
  SgDepthToSpaceAttrs *a = attrs;
  const gchar *mode = sg_import_string (import, "mode", "DCR");

  a->blocksize = sg_import_int (import, "blocksize", 0);
  a->crd = g_str_equal (mode, "CRD");
  if (!a->crd && !g_str_equal (mode, "DCR"))
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "unknown mode '%s'", mode);
  return TRUE;
}

gboolean
sg_blocks_check (const SgCall * call, GError ** error)
{
  const SgDepthToSpaceAttrs *a = call->attrs;

  if (!sg_spatial_check_inputs (call, error))
    return FALSE;
  if (call->inputs[0].shape.rank != 4)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input of rank %d instead of 4", call->inputs[0].shape.rank);
  /* The limit keeps the square inside 64 bits. */
  if (a->blocksize < 1 || a->blocksize > G_MAXINT16)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "blocksize of %" G_GINT64_FORMAT, a->blocksize);
  return TRUE;
}

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgDepthToSpaceAttrs *a = call->attrs;
  gint64 b = a->blocksize, channels;

  if (!sg_blocks_check (call, error))
    return FALSE;
  call->outputs[0] = call->inputs[0];
  channels = call->inputs[0].shape.dim[1];
  if (channels % (b * b) != 0)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%" G_GINT64_FORMAT " channels do not fill blocks of %"
        G_GINT64_FORMAT " x %" G_GINT64_FORMAT, channels, b, b);
  call->outputs[0].shape.dim[1] /= b * b;
  call->outputs[0].shape.dim[2] *= b;
  call->outputs[0].shape.dim[3] *= b;
  return sg_spatial_check_output (call, error);
}

static void
gradient (SgGradient * g)
{
  g->inputs[0] = sg_gradient_node (g, "space_to_depth", g->node->attrs, 1,
      g->outputs[0]);
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgDepthToSpaceAttrs *a = attrs;

  sg_export_set_int (export, "blocksize", a->blocksize);
  sg_export_set_string (export, "mode", a->crd ? "CRD" : "DCR");
  return TRUE;
}

static const SgOnnxName names[] = {
  {"DepthToSpace", 1, 0, sg_blocks_parse, write},
  {NULL}
};

SG_DEFINE_OP (depth_to_space, .onnx = names, .min_inputs = 1, .max_inputs = 1,
    .attrs_size = sizeof (SgDepthToSpaceAttrs), .infer = infer, .is_copy = TRUE,
    .flops = sg_spatial_no_flops, .gradient = gradient);
