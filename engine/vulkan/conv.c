/* gst-stylegan: convolutions on the GPU, with all that is fused into them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/check.h"
#include "vulkan/conv_private.h"
#include "vulkan/moments.h"

#include <string.h>

#include "push/conv_pack.h"

/* FLAGS in kernels/common/conv.glsl */
enum
{
  FLAG_BIAS = 1 << 0,
  FLAG_AFFINE = 1 << 1,
  FLAG_RESIDUAL = 1 << 2,
  FLAG_MOMENTS = 1 << 3,
  FLAG_SHUFFLE_CRD = 1 << 4,
};

typedef struct
{
  SgVkConvShape shape;
  SgVkConvPlan plan;
  guint64 groups[3];
} Conv;

static gboolean
init (SgVkDevice * device, const SgCall * call, Conv * conv)
{
  if (!vk_conv_shape (device, call, &conv->shape))
    return FALSE;
  vk_conv_choose (&device->features, &conv->shape, &conv->plan);
  for (guint i = 0; i < 2; i++) {
    const SgVkConvAxis *a = &conv->shape.axis[1 - i];
    guint32 tile = i == 0 ? conv->plan.tile_w : conv->plan.tile_h;

    conv->groups[i] = (guint64) vk_conv_div_up (vk_conv_div_up (a->out,
            a->phases), tile) * a->phases;
  }
  conv->groups[2] = (guint64) conv->shape.n * conv->shape.group
      * vk_conv_blocks (&conv->shape, &conv->plan);
  return TRUE;
}

static guint64
get_planes (const Conv * conv)
{
  return (guint64) conv->shape.n * conv->shape.out_channels;
}

/* --- what the shader is told ------------------------------------------------------ */

static guint32
float_bits (gfloat value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static guint
set_constants (const Conv * conv, guint32 * constants)
{
  const SgVkConvShape *s = &conv->shape;
  const SgVkConvAxis *y = &s->axis[0], *x = &s->axis[1];
  guint32 flags = (s->bias ? FLAG_BIAS : 0) | (s->affine ? FLAG_AFFINE : 0)
      | (s->residual ? FLAG_RESIDUAL : 0) | (s->moments ? FLAG_MOMENTS : 0)
      | (s->shuffle_crd ? FLAG_SHUFFLE_CRD : 0);
  const guint32 common[VK_CONV_COMMON] = {
    y->taps, x->taps, y->stride, x->stride, y->dilation, x->dilation,
    y->phases, x->phases, s->pad_mode, s->upsample,
    s->input_activation.kind, float_bits (s->input_activation.alpha),
    float_bits (s->input_activation.beta),
    s->activation.kind, float_bits (s->activation.alpha),
    float_bits (s->activation.beta), flags, s->shuffle
  };

  memcpy (constants, common, sizeof common);
  memcpy (constants + VK_CONV_COMMON, conv->plan.constants,
      conv->plan.n_constants * sizeof constants[0]);
  return VK_CONV_COMMON + conv->plan.n_constants;
}

static void
set_push (const Conv * conv, SgPushConv * push)
{
  const SgVkConvShape *s = &conv->shape;

  *push = (SgPushConv) {
  .in_h = s->axis[0].in,
        .in_w = s->axis[1].in,
        .out_h = s->axis[0].out,
        .out_w = s->axis[1].out,
        .in_channels = s->in_channels,
        .group_in = s->in_channels / s->group,
        .out_channels = s->out_channels,
        .group_out = s->out_channels / s->group,
        .blocks = s->group * vk_conv_blocks (s, &conv->plan),
        .chunks = vk_conv_chunks (s, &conv->plan),
        .parts = (guint32) (conv->groups[0] * conv->groups[1]),
        .phase_weights = (guint32) vk_conv_phase_weights (s, &conv->plan),};
  for (guint i = 0; i < CONV_MAX_PHASES; i++) {
    push->offset[i] = (guint32) s->axis[1].offset[i] << 16
        | ((guint32) s->axis[0].offset[i] & 0xffff);
    push->taps[i] = s->axis[1].n_taps[i] << 16 | s->axis[0].n_taps[i];
  }
}

/* --- weights ------------------------------------------------------------------------ */

static gboolean
pack_constant (SgVkKernel * kernel, const SgCall * call, const Conv * conv,
    SgVkOperand * weights, GError ** error)
{
  gsize bytes;
  g_autofree gpointer packed = vk_conv_pack (&conv->shape, &conv->plan,
      sg_call_get_constant (call, SG_CONV_W)->data, &bytes);

  if (packed == NULL)
    return sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "no memory for its packed weights");
  kernel->captured |= 1u << SG_CONV_W;
  return vk_operand_data (kernel, packed, bytes, weights, error);
}

/* By a dispatch in front, each time. */
static gboolean
pack_computed (SgVkKernel * kernel, const SgCall * call, const Conv * conv,
    SgVkOperand * weights, GError ** error)
{
  gsize n;
  g_autofree gint32 *data = vk_conv_pack_table (&conv->shape, &conv->plan, &n);
  SgPushConvPack push = { (guint32) n };
  SgVkOperand raw, table;
  guint32 constants[2] = { 0, 0 };
  SgVkDispatch *dispatch;

  if (data == NULL)
    return sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "no memory for its packed weights");
  if (!vk_operand_input (kernel, call, SG_CONV_W, &raw, error)
      || !vk_operand_data (kernel, data, n * sizeof *data, &table, error))
    return FALSE;
  *weights = vk_operand_scratch (kernel, n);
  constants[1] = raw.half;
  dispatch = vk_add_elements (kernel, "nn/conv_pack", constants,
      G_N_ELEMENTS (constants), n, error);
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, &raw, FALSE);
  vk_operand_bind (kernel, dispatch, &table, FALSE);
  vk_operand_bind (kernel, dispatch, weights, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

/* --- the operators ------------------------------------------------------------------ */

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  const guint32 *max =
      device->context->properties.limits.maxComputeWorkGroupCount;
  guint64 weights, parts;
  Conv conv;

  if (!vk_is_f32 (call) || !init (device, call, &conv))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    if (conv.groups[i] > max[i])
      return FALSE;
  weights = vk_conv_phase_weights (&conv.shape, &conv.plan)
      * conv.shape.axis[0].phases * conv.shape.axis[1].phases + conv.plan.room;
  parts = conv.shape.moments ? vk_moments_bytes (get_planes (&conv),
      conv.groups[0] * conv.groups[1]) : 0;
  return weights <= G_MAXINT32
      && weights * sizeof (gfloat) <= device->features.max_storage_range
      && parts <= device->features.max_storage_range
      && conv.groups[0] * conv.groups[1] <= G_MAXUINT32 / 4;
}

/* Input @index, if it is there and @has, else nothing. */
static gboolean
find_input (SgVkKernel * kernel, const SgCall * call, guint index,
    gboolean has, SgVkOperand * operand, const SgVkOperand ** used,
    GError ** error)
{
  *used = has ? operand : NULL;
  return !has || vk_operand_input (kernel, call, index, operand, error);
}

static gboolean
prepare (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  guint32 constants[VK_CONV_COMMON + VK_CONV_OWN];
  SgVkOperand operands[SG_CONV_RESIDUAL + 1], y, parts;
  const SgVkOperand *used[SG_CONV_RESIDUAL + 1];
  SgVkDispatch *dispatch;
  SgPushConv push;
  Conv conv;
  gboolean has[SG_CONV_RESIDUAL + 1] = { TRUE };
  guint n;

  init (device, call, &conv);
  has[SG_CONV_B] = conv.shape.bias;
  has[SG_CONV_SCALE_SHIFT] = conv.shape.affine;
  has[SG_CONV_RESIDUAL] = conv.shape.residual;
  for (guint i = 0; i < G_N_ELEMENTS (operands); i++)
    if (!find_input (kernel, call, i, has[i], &operands[i], &used[i], error))
      return FALSE;
  used[SG_CONV_W] = &operands[SG_CONV_W];
  if (!(conv.shape.constant_weights ? pack_constant : pack_computed) (kernel,
          call, &conv, &operands[SG_CONV_W], error))
    return FALSE;
  if (conv.shape.moments)
    parts = vk_operand_scratch (kernel, get_planes (&conv) * conv.groups[0]
        * conv.groups[1] * 3);

  g_debug ("%s: %s, blocks of %u channels, tiles of %u x %u",
      call->name ? call->name : call->op->name, conv.plan.shader,
      conv.plan.block, conv.plan.tile_w, conv.plan.tile_h);
  n = set_constants (&conv, constants);
  dispatch = vk_kernel_add (kernel, conv.plan.shader, constants, n,
      conv.plan.subgroup_size, error);
  if (dispatch == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (used); i++)
    vk_operand_bind (kernel, dispatch, used[i], FALSE);
  y = vk_operand_output (kernel, 0);
  vk_operand_bind (kernel, dispatch, &y, TRUE);
  vk_operand_bind (kernel, dispatch, conv.shape.moments ? &parts : NULL, TRUE);
  set_push (&conv, &push);
  vk_dispatch_push (dispatch, &push, sizeof push);
  vk_dispatch_groups (dispatch, conv.groups[0], conv.groups[1], conv.groups[2]);
  return !conv.shape.moments || vk_moments_merge (kernel, parts.offset,
      get_planes (&conv), conv.groups[0] * conv.groups[1], 1, error);
}

const SgVkOp vk_op_conv = {
  .op = "conv",
  .supports = supports,
  .prepare = prepare,
};

const SgVkOp vk_op_conv_transpose = {
  .op = "conv_transpose",
  .supports = supports,
  .prepare = prepare,
};
