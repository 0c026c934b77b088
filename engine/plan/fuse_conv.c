/* gst-stylegan: fusions around convolutions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/fuse.h"

#include <string.h>

#include "ops/conv_grad_weights.h"
#include "ops/crop.h"
#include "ops/depth_to_space.h"
#include "ops/resize.h"

static gboolean
is_any_conv (SgNode * node)
{
  return fuse_is (node, "conv") || fuse_is (node, "conv_transpose");
}

/* The inputs of a convolution with room for all that can be fused in. */
static guint
copy_inputs (SgNode * node, SgValue * inputs[SG_CONV_RESIDUAL + 1])
{
  memset (inputs, 0, (SG_CONV_RESIDUAL + 1) * sizeof *inputs);
  memcpy (inputs, node->inputs, node->n_inputs * sizeof *inputs);
  return node->n_inputs;
}

static gboolean
has_input (SgNode * node, guint index)
{
  return index < node->n_inputs && node->inputs[index] != NULL;
}

static SgActivation *
activation_of (SgNode * conv)
{
  return fuse_is (conv, "conv") ? &((SgConvAttrs *) conv->attrs)->activation
      : &((SgConvTransposeAttrs *) conv->attrs)->activation;
}

static SgActivation *
input_activation_of (SgNode * conv)
{
  return fuse_is (conv, "conv")
      ? &((SgConvAttrs *) conv->attrs)->input_activation
      : &((SgConvTransposeAttrs *) conv->attrs)->input_activation;
}

static gboolean
shuffles (SgNode * conv)
{
  return fuse_is (conv, "conv")
      && ((SgConvAttrs *) conv->attrs)->shuffle > 1;
}

static guint
position (Fuse * fuse, SgNode * node)
{
  guint pos = 0;

  g_ptr_array_find (fuse->graph->nodes, node, &pos);
  return pos;
}

/* The pads of a pad node over the spatial axes of its 4-D input. FALSE unless
 * constant, none negative, and none on N and C. */
static gboolean
get_pads (SgNode * pad, gint64 begin[2], gint64 end[2])
{
  SgTensor *pads = pad->inputs[1]->constant;
  SgTensor *axes = has_input (pad, 3) ? pad->inputs[3]->constant : NULL;
  gint64 n;

  if (pads == NULL || (has_input (pad, 3) && axes == NULL)
      || pad->inputs[0]->desc.shape.rank != 4)
    return FALSE;
  memset (begin, 0, 2 * sizeof *begin);
  memset (end, 0, 2 * sizeof *end);
  n = axes ? sg_tensor_elements (axes) : 4;
  for (gint64 i = 0; i < n; i++) {
    gint64 axis = axes ? sg_tensor_get_i64 (axes, i) : i;
    gint64 b = sg_tensor_get_i64 (pads, i);
    gint64 e = sg_tensor_get_i64 (pads, n + i);

    axis += axis < 0 ? 4 : 0;
    if (b < 0 || e < 0 || (axis < 2 && (b != 0 || e != 0)))
      return FALSE;
    if (axis >= 2) {
      begin[axis - 2] = b;
      end[axis - 2] = e;
    }
  }
  return TRUE;
}

static gboolean
pads_with_zero (SgNode * pad)
{
  const SgPadAttrs *attrs = pad->attrs;

  if (attrs->mode != SG_PAD_CONSTANT)
    return FALSE;
  return !has_input (pad, 2) || (pad->inputs[2]->constant
      && sg_tensor_get (pad->inputs[2]->constant, 0) == 0);
}

/* conv (pad (x)) */
gboolean
fuse_conv_pad (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *pad = fuse_is (node, "conv") ? fuse_producer (node, 0, "pad") : NULL;
  SgValue *inputs[SG_CONV_RESIDUAL + 1];
  gint64 begin[2], end[2];
  gboolean own_pads = FALSE;
  SgConvAttrs attrs;
  guint n;

  if (pad == NULL || !get_pads (pad, begin, end))
    return FALSE;
  attrs = *(SgConvAttrs *) node->attrs;
  if (attrs.window.auto_pad == SG_AUTO_PAD_SAME_UPPER
      || attrs.window.auto_pad == SG_AUTO_PAD_SAME_LOWER
      || attrs.pad_mode != SG_PAD_CONSTANT)
    return FALSE;
  if (attrs.window.auto_pad == SG_AUTO_PAD_VALID) {
    memset (attrs.window.pad_begin, 0, sizeof attrs.window.pad_begin);
    memset (attrs.window.pad_end, 0, sizeof attrs.window.pad_end);
  }
  attrs.window.auto_pad = SG_AUTO_PAD_NOTSET;
  for (guint i = 0; i < 2; i++)
    own_pads |= attrs.window.pad_begin[i] || attrs.window.pad_end[i];
  if (!pads_with_zero (pad)) {
    if (own_pads || ((SgPadAttrs *) pad->attrs)->mode == SG_PAD_CONSTANT)
      return FALSE;
    attrs.pad_mode = ((SgPadAttrs *) pad->attrs)->mode;
  }
  for (guint i = 0; i < 2; i++) {
    attrs.window.pad_begin[i] += begin[i];
    attrs.window.pad_end[i] += end[i];
  }
  n = copy_inputs (node, inputs);
  inputs[SG_CONV_X] = pad->inputs[0];
  return fuse_replace (fuse, pos, "conv", node->name, &attrs, inputs, n,
      node->outputs, 1);
}

/* conv_grad_weights (pad (x), dy) */
gboolean
fuse_conv_grad_pad (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *pad = fuse_is (node, "conv_grad_weights")
      ? fuse_producer (node, 0, "pad") : NULL;
  gint64 begin[2], end[2];
  SgConvGradAttrs attrs;
  SgValue *inputs[2];

  if (pad == NULL || !get_pads (pad, begin, end))
    return FALSE;
  attrs = *(SgConvGradAttrs *) node->attrs;
  for (guint i = 0; i < 2; i++) {
    if (attrs.window.pad_begin[i] || attrs.window.pad_end[i])
      return FALSE;
    attrs.window.pad_begin[i] = begin[i];
    attrs.window.pad_end[i] = end[i];
  }
  attrs.pad_mode = ((SgPadAttrs *) pad->attrs)->mode;
  if (attrs.pad_mode == SG_PAD_CONSTANT && !pads_with_zero (pad))
    return FALSE;
  inputs[0] = pad->inputs[0];
  inputs[1] = node->inputs[1];
  return fuse_replace (fuse, pos, node->op->name, node->name, &attrs, inputs,
      2, node->outputs, 1);
}

/* The factor by which @call repeats every sample of both spatial axes, and does
 * nothing else; 0 if it does anything else. */
static gint
nearest_factor (const SgCall * call)
{
  const SgResizeAttrs *attrs = call->attrs;
  SgResizeAxis axes[SG_MAX_RANK];
  gint64 fh, fw;

  if (attrs->mode != SG_RESIZE_NEAREST || call->inputs[0].shape.rank != 4
      || !sg_resize_resolve (call, axes, NULL) || !axes[0].same
      || !axes[1].same || !sg_resize_repeats (attrs, &axes[2], &fh)
      || !sg_resize_repeats (attrs, &axes[3], &fw))
    return 0;
  return fh == fw && fh <= 16 ? fh : 0;
}

/* conv (nearest-neighbour upsampling (x)) */
gboolean
fuse_conv_upsample (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *resize =
      fuse_is (node, "conv") ? fuse_producer (node, 0, "resize") : NULL;
  SgValue *inputs[SG_CONV_RESIDUAL + 1];
  SgConvAttrs attrs;
  PlanCall plan;
  guint n;

  if (resize == NULL)
    return FALSE;
  attrs = *(SgConvAttrs *) node->attrs;
  if (attrs.upsample > 1)
    return FALSE;
  plan_call_init (&plan, resize);
  attrs.upsample = nearest_factor (&plan.call);
  plan_call_clear (&plan);
  if (attrs.upsample < 2)
    return FALSE;
  n = copy_inputs (node, inputs);
  inputs[SG_CONV_X] = resize->inputs[0];
  return fuse_replace (fuse, pos, "conv", node->name, &attrs, inputs, n,
      node->outputs, 1);
}

/* conv (activation (x * scale + shift)): normalisation joins its consumer */
gboolean
fuse_conv_prologue (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *first = fuse_producer (node, 0, "scale_shift");
  SgValue *inputs[SG_CONV_RESIDUAL + 1];
  g_autofree gpointer attrs = NULL;
  SgNode edited = *node;

  if (!is_any_conv (node) || first == NULL || first->n_inputs != 2
      || has_input (node, SG_CONV_SCALE_SHIFT)
      || input_activation_of (node)->kind != SG_ACTIVATION_NONE
      || !fuse_only_use (fuse, first->outputs[0]))
    return FALSE;
  attrs = g_memdup2 (node->attrs, node->op->attrs_size);
  edited.attrs = attrs;
  *input_activation_of (&edited) =
      ((SgScaleShiftAttrs *) first->attrs)->activation;
  copy_inputs (node, inputs);
  inputs[SG_CONV_X] = first->inputs[0];
  inputs[SG_CONV_SCALE_SHIFT] = first->inputs[1];
  return fuse_replace (fuse, pos, node->op->name, node->name, attrs, inputs,
      MAX (node->n_inputs, SG_CONV_SCALE_SHIFT + 1), node->outputs,
      node->n_outputs);
}

/* conv (activation (x)), where nothing before could take the activation */
gboolean
fuse_conv_input_activation (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *first = node->inputs[0] ? node->inputs[0]->producer : NULL;
  SgValue *inputs[SG_CONV_RESIDUAL + 1];
  g_autofree gpointer attrs = NULL;
  SgNode edited = *node;
  PlanCall plan;
  gboolean ok;
  guint n;

  if (!is_any_conv (node) || first == NULL || !first->op->as_activation
      || has_input (node, SG_CONV_SCALE_SHIFT)
      || input_activation_of (node)->kind != SG_ACTIVATION_NONE
      || !fuse_only_use (fuse, first->outputs[0]))
    return FALSE;
  attrs = g_memdup2 (node->attrs, node->op->attrs_size);
  edited.attrs = attrs;
  plan_call_init (&plan, first);
  ok = first->op->as_activation (&plan.call, input_activation_of (&edited));
  plan_call_clear (&plan);
  n = copy_inputs (node, inputs);
  inputs[SG_CONV_X] = first->inputs[0];
  return ok && fuse_replace (fuse, pos, node->op->name, node->name, attrs,
      inputs, n, node->outputs, node->n_outputs);
}

/* activation (conv (x)); also behind a shuffle, which commutes with it */
gboolean
fuse_conv_activation (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *conv = node->n_inputs > 0 && node->inputs[0]
      ? node->inputs[0]->producer : NULL;
  g_autofree gpointer attrs = NULL;
  SgNode edited;
  PlanCall plan;
  gboolean ok;

  if (node->op->as_activation == NULL || !is_any_conv (conv)
      || conv->n_outputs != 1
      || activation_of (conv)->kind != SG_ACTIVATION_NONE
      || !fuse_only_use (fuse, conv->outputs[0]))
    return FALSE;
  attrs = g_memdup2 (conv->attrs, conv->op->attrs_size);
  edited = *conv;
  edited.attrs = attrs;
  plan_call_init (&plan, node);
  ok = node->op->as_activation (&plan.call, activation_of (&edited));
  plan_call_clear (&plan);
  return ok && fuse_replace (fuse, pos, conv->op->name, conv->name, attrs,
      conv->inputs, conv->n_inputs, node->outputs, 1);
}

/* add (conv (x), residual), in either order */
gboolean
fuse_conv_residual (Fuse * fuse, SgNode * node, guint pos)
{
  if (!fuse_is (node, "add"))
    return FALSE;
  for (guint side = 0; side < 2; side++) {
    SgNode *conv = node->inputs[side]->producer;
    SgValue *residual = node->inputs[1 - side];
    SgValue *inputs[SG_CONV_RESIDUAL + 1];

    if (!is_any_conv (conv) || conv->n_outputs != 1 || shuffles (conv)
        || residual->constant || has_input (conv, SG_CONV_RESIDUAL)
        || activation_of (conv)->kind != SG_ACTIVATION_NONE
        || !fuse_only_use (fuse, conv->outputs[0])
        || !sg_shape_equal (&residual->desc.shape,
            &conv->outputs[0]->desc.shape))
      continue;
    copy_inputs (conv, inputs);
    inputs[SG_CONV_RESIDUAL] = residual;
    if (fuse_replace (fuse, pos, conv->op->name, conv->name, conv->attrs,
            inputs, SG_CONV_RESIDUAL + 1, node->outputs, 1))
      return TRUE;
  }
  return FALSE;
}

/* moments (conv (x)): the statistics are taken as the rows are written */
gboolean
fuse_conv_moments (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *conv = fuse_is (node, "moments") && node->inputs[0]
      ? node->inputs[0]->producer : NULL;
  SgValue *old[2];

  if (!is_any_conv (conv) || conv->n_outputs != 1 || shuffles (conv))
    return FALSE;
  old[0] = conv->outputs[0];
  old[1] = node->outputs[0];
  return fuse_replace (fuse, position (fuse, conv), conv->op->name,
      conv->name, conv->attrs, conv->inputs, conv->n_inputs, old, 2);
}

/* depth_to_space (conv (x)) */
gboolean
fuse_conv_shuffle (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *conv = fuse_producer (node, 0, "conv");
  const SgDepthToSpaceAttrs *shuffle = node->attrs;
  SgConvAttrs attrs;

  if (!fuse_is (node, "depth_to_space") || conv == NULL
      || conv->n_outputs != 1 || !fuse_only_use (fuse, conv->outputs[0]))
    return FALSE;
  attrs = *(SgConvAttrs *) conv->attrs;
  if (attrs.shuffle > 1)
    return FALSE;
  attrs.shuffle = shuffle->blocksize;
  attrs.shuffle_crd = shuffle->crd;
  return fuse_replace (fuse, pos, "conv", conv->name, &attrs, conv->inputs,
      conv->n_inputs, node->outputs, 1);
}

/* crop (conv_transpose (x)) -> larger pads */
gboolean
fuse_conv_transpose_crop (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *conv = fuse_producer (node, 0, "conv_transpose");
  const SgCropAttrs *crop = node->attrs;
  SgConvTransposeAttrs attrs;
  SgWindow window;
  PlanCall plan;
  gint64 out[SG_MAX_SPATIAL];
  gint64 border[2];
  const gint64 *in;
  gboolean ok;

  if (!fuse_is (node, "crop") || conv == NULL || conv->n_outputs != 1
      || !fuse_only_use (fuse, conv->outputs[0])
      || conv->inputs[0]->desc.shape.rank != 4)
    return FALSE;
  attrs = *(SgConvTransposeAttrs *) conv->attrs;
  in = conv->inputs[0]->desc.shape.dim + 2;
  plan_call_init (&plan, conv);
  ok = sg_window_resolve_transposed (&attrs.window, in, 2,
      conv->inputs[1]->desc.shape.dim + 2, attrs.output_padding,
      attrs.output_shape, &window, out, &plan.call, NULL);
  plan_call_clear (&plan);
  if (!ok)
    return FALSE;
  border[0] = crop->top;
  border[1] = crop->left;
  attrs.window = window;
  memset (attrs.output_shape, 0, sizeof attrs.output_shape);
  for (guint i = 0; i < 2; i++) {
    gint64 full = (in[i] - 1) * window.stride[i]
        + (window.kernel[i] - 1) * window.dilation[i] + 1
        + attrs.output_padding[i];

    /* The crop's size decides what is left out at the end. An output_shape
     * beyond the full size (bias only) must be cropped away. */
    attrs.window.pad_begin[i] += border[i];
    attrs.window.pad_end[i] = full - attrs.window.pad_begin[i]
        - node->outputs[0]->desc.shape.dim[2 + i];
    if (attrs.window.pad_end[i] < 0)
      return FALSE;
  }
  return fuse_replace (fuse, pos, "conv_transpose", conv->name, &attrs,
      conv->inputs, conv->n_inputs, node->outputs, 1);
}

/* scale_shift (conv (x)) with constants -> conv with other weights and bias */
gboolean
fuse_conv_weights (Fuse * fuse, SgNode * node, guint pos)
{
  SgNode *conv = fuse_producer (node, 0, "conv");
  g_autoptr (SgTensor) weights = NULL, bias = NULL;
  SgValue *inputs[SG_CONV_RESIDUAL + 1];
  const gfloat *scale, *old_bias = NULL;
  gint64 m, per_channel;
  SgShape bias_shape;

  if (!fuse_is (node, "scale_shift") || conv == NULL || node->n_inputs != 2
      || ((SgScaleShiftAttrs *) node->attrs)->activation.kind
      || !node->inputs[1]->constant || !conv->inputs[1]->constant
      || node->inputs[1]->desc.shape.dim[0] != 1
      || conv->n_inputs > 3 || conv->n_outputs != 1
      || (has_input (conv, 2) && !conv->inputs[2]->constant)
      || activation_of (conv)->kind != SG_ACTIVATION_NONE
      || !fuse_only_use (fuse, conv->outputs[0]))
    return FALSE;
  m = conv->inputs[1]->desc.shape.dim[0];
  bias_shape = SG_SHAPE (m);
  weights = sg_tensor_new_copy (SG_DTYPE_F32, &conv->inputs[1]->desc.shape,
      conv->inputs[1]->constant->data, NULL);
  bias = sg_tensor_new (SG_DTYPE_F32, &bias_shape, NULL);
  if (weights == NULL || bias == NULL)
    return FALSE;
  scale = node->inputs[1]->constant->data;
  if (has_input (conv, 2))
    old_bias = conv->inputs[2]->constant->data;
  per_channel = sg_tensor_elements (weights) / MAX (m, 1);
  for (gint64 c = 0; c < m; c++) {
    gfloat *w = (gfloat *) weights->data + c * per_channel;

    for (gint64 i = 0; i < per_channel; i++)
      w[i] *= scale[c];
    ((gfloat *) bias->data)[c] =
        (old_bias ? old_bias[c] * scale[c] : 0) + scale[m + c];
  }
  copy_inputs (conv, inputs);
  inputs[SG_CONV_W] = sg_graph_add_constant (fuse->graph, NULL, weights);
  inputs[SG_CONV_B] = sg_graph_add_constant (fuse->graph, NULL, bias);
  return fuse_replace (fuse, pos, "conv", conv->name, conv->attrs, inputs, 3,
      node->outputs, 1);
}
