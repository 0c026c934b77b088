/* gst-stylegan: normalisation on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/norm.h"

#include "ops/normalize.h"
#include "push/norm_coefficients.h"
#include "push/scale_shift.h"
#include "vulkan/moments.h"

gboolean
vk_add_scale_shift (SgVkKernel * kernel, const SgShape * shape,
    const SgVkOperand * x, const SgVkOperand * s, SgVkNormForm form,
    gint64 n_images, const SgVkOperand * residual,
    const SgActivation * activation, const SgVkOperand * y, GError ** error)
{
  guint64 n = vk_count (shape, 0, shape->rank);
  guint64 inner = vk_count (shape, 2, shape->rank);
  guint32 constants[] = { 0, (guint32) x->half, residual != NULL,
    activation->kind, inner % 8 == 0,
    form == VK_NORM_CENTRED
  };
  const SgPushScaleShift push = { (guint32) n, (guint32) inner,
    (guint32) shape->dim[1], (guint32) (n / inner),
    n_images == 1 ? 0 : form * (guint32) shape->dim[1], activation->alpha,
    activation->beta
  };
  SgVkDispatch *dispatch = vk_add_elements (kernel, "nn/scale_shift",
      constants, G_N_ELEMENTS (constants), (n + 7) / 8, error);

  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, x, FALSE);
  vk_operand_bind (kernel, dispatch, residual, FALSE);
  vk_operand_bind (kernel, dispatch, s, FALSE);
  vk_operand_bind (kernel, dispatch, y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

gboolean
vk_add_norm_coefficients (SgVkKernel * kernel, guint64 n_planes,
    guint64 channels, const SgVkOperand * mean, const SgVkOperand * variance,
    const SgVkOperand * scale, const SgVkOperand * bias, gfloat epsilon,
    gboolean shared, SgVkNormForm form, const SgVkOperand * s, GError ** error)
{
  guint32 constants[] = { 0, variance != NULL, form == VK_NORM_CENTRED };
  const SgPushNormCoefficients push = { (guint32) n_planes,
    (guint32) channels, epsilon, shared ? (guint32) (n_planes / channels) : 0
  };
  SgVkDispatch *dispatch = vk_add_elements (kernel, "nn/norm_coefficients",
      constants, G_N_ELEMENTS (constants), n_planes, error);

  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, mean, FALSE);
  vk_operand_bind (kernel, dispatch, variance, FALSE);
  vk_operand_bind (kernel, dispatch, scale, FALSE);
  vk_operand_bind (kernel, dispatch, bias, FALSE);
  vk_operand_bind (kernel, dispatch, s, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

static gboolean
all_f32 (SgVkDevice * device, const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (sg_call_has_input (call, i) && call->inputs[i].dtype != SG_DTYPE_F32)
      return FALSE;
  return vk_is_f32 (call);
}

/* Inputs @first to @first + @n - 1. */
static gboolean
get_inputs (SgVkKernel * kernel, const SgCall * call, guint first, guint n,
    SgVkOperand * operands, GError ** error)
{
  for (guint i = 0; i < n; i++)
    if (!vk_operand_input (kernel, call, first + i, &operands[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
prepare_scale_shift (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  const SgScaleShiftAttrs *attrs = call->attrs;
  gboolean has_residual = sg_call_has_input (call, 2);
  SgVkOperand in[3], y = vk_operand_output (kernel, 0);

  return get_inputs (kernel, call, 0, has_residual ? 3 : 2, in, error)
      && vk_add_scale_shift (kernel, &call->inputs[0].shape, &in[0], &in[1],
      VK_NORM_PLAIN, call->inputs[1].shape.dim[0], has_residual ? &in[2] : NULL,
      &attrs->activation, &y, error);
}

static gboolean
prepare_norm_coefficients (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  const SgNormCoefficientsAttrs *attrs = call->attrs;
  const SgShape *shape = &call->inputs[0].shape;
  SgVkOperand in[3], y = vk_operand_output (kernel, 0);

  return get_inputs (kernel, call, 0, 3, in, error)
      && vk_add_norm_coefficients (kernel, vk_count (shape, 0, 2),
      (guint64) shape->dim[1], &in[0], NULL, &in[1], &in[2], attrs->epsilon,
      attrs->shared, VK_NORM_PLAIN, &y, error);
}

static gboolean
supports_instance_norm (SgVkDevice * device, const SgCall * call)
{
  const SgShape *shape = &call->inputs[0].shape;

  return all_f32 (device, call) && vk_moments_fit (device,
      vk_count (shape, 0, 2), vk_count (shape, 2, shape->rank));
}

static gboolean
prepare_instance_norm (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  const SgInstanceNormAttrs *attrs = call->attrs;
  const SgActivation none = { SG_ACTIVATION_NONE, 0, 0 };
  const SgShape *shape = &call->inputs[0].shape;
  guint64 n_planes = vk_count (shape, 0, 2);
  SgVkOperand moments = vk_operand_scratch (kernel, n_planes * 2);
  SgVkOperand s = vk_operand_scratch (kernel, n_planes * 3);
  SgVkOperand in[3], y = vk_operand_output (kernel, 0);

  return get_inputs (kernel, call, 0, 3, in, error)
      && vk_add_moments (kernel, &in[0], n_planes,
      vk_count (shape, 2, shape->rank), &moments, error)
      && vk_add_norm_coefficients (kernel, n_planes, (guint64) shape->dim[1],
      &moments, NULL, &in[1], &in[2], attrs->epsilon, FALSE, VK_NORM_CENTRED,
      &s, error)
      && vk_add_scale_shift (kernel, shape, &in[0], &s, VK_NORM_CENTRED,
      shape->dim[0], NULL, &none, &y, error);
}

static gboolean
supports_batch_norm (SgVkDevice * device, const SgCall * call)
{
  return !((const SgBatchNormAttrs *) call->attrs)->training
      && call->n_outputs == 1 && call->inputs[0].shape.rank >= 2
      && all_f32 (device, call);
}

static gboolean
prepare_batch_norm (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  const SgBatchNormAttrs *attrs = call->attrs;
  const SgActivation none = { SG_ACTIVATION_NONE, 0, 0 };
  const SgShape *shape = &call->inputs[0].shape;
  guint64 channels = (guint64) shape->dim[1];
  SgVkOperand s = vk_operand_scratch (kernel, channels * 3);
  SgVkOperand in[5], y = vk_operand_output (kernel, 0);

  return get_inputs (kernel, call, 0, 5, in, error)
      && vk_add_norm_coefficients (kernel, channels, channels, &in[3], &in[4],
      &in[1], &in[2], attrs->epsilon, FALSE, VK_NORM_CENTRED, &s, error)
      && vk_add_scale_shift (kernel, shape, &in[0], &s, VK_NORM_CENTRED, 1,
      NULL, &none, &y, error);
}

/* --- with coefficients that are attributes -------------------------------- */

static gboolean
add_constant (SgVkKernel * kernel, const SgCall * call, const SgShape * shape,
    const gfloat * s, GError ** error)
{
  const SgActivation none = { SG_ACTIVATION_NONE, 0, 0 };
  SgVkOperand x, coefficients, y = vk_operand_output (kernel, 0);

  return vk_operand_input (kernel, call, 0, &x, error)
      && vk_operand_data (kernel, s, 2 * (gsize) shape->dim[1] * sizeof *s,
      &coefficients, error)
      && vk_add_scale_shift (kernel, shape, &x, &coefficients, VK_NORM_PLAIN, 1,
      NULL, &none, &y, error);
}

static gboolean
prepare_affine (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgAffineAttrs *attrs = call->attrs;
  const gfloat s[] = { attrs->alpha, attrs->beta };
  const SgShape all =
      SG_SHAPE (1, 1, sg_shape_elements (&call->inputs[0].shape));

  return add_constant (kernel, call, &all, s, error);
}

static gboolean
prepare_image_scaler (SgVkDevice * device, const SgCall * call,
    SgVkKernel * kernel, GError ** error)
{
  const SgImageScalerAttrs *attrs = call->attrs;
  const SgShape *shape = &call->inputs[0].shape;
  gfloat s[2 * G_N_ELEMENTS (attrs->bias)];

  for (gint64 c = 0; c < shape->dim[1]; c++) {
    s[c] = attrs->scale;
    s[shape->dim[1] + c] = attrs->bias[c];
  }
  return add_constant (kernel, call, shape, s, error);
}

#define NORM_OP(word, may, can_alias) \
const SgVkOp vk_op_ ## word = { \
  .op = #word, \
  .supports = may, \
  .prepare = prepare_ ## word, \
  .in_place = can_alias, \
};

/* *INDENT-OFF* */
NORM_OP (affine, all_f32, TRUE)
NORM_OP (batch_norm, supports_batch_norm, TRUE)
NORM_OP (image_scaler, all_f32, TRUE)
NORM_OP (instance_norm, supports_instance_norm, TRUE)
NORM_OP (norm_coefficients, all_f32, FALSE)
NORM_OP (scale_shift, all_f32, TRUE)
/* *INDENT-ON* */
