/* gst-stylegan: operators that map element by element, on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ops/activation.h"
#include "ops/elu.h"
#include "ops/hard_sigmoid.h"
#include "ops/leaky_relu.h"
#include "push/unary.h"
#include "vulkan/vk.h"

/* kernels/nn/unary.comp */
#define GROUP_ELEMENTS (128 * 8)

/* Same numbers in the shader. */
enum
{
  UNARY_ABS = 16,
  UNARY_ELU,
  UNARY_EXP,
  UNARY_FLOOR,
  UNARY_HARD_SIGMOID,
  UNARY_HARD_SWISH,
  UNARY_NEG,
  UNARY_SQRT,
};

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  return call->inputs[0].dtype == SG_DTYPE_F32;
}

/* @limits: bit 0 and 1: input 1 and 2 are alpha and beta. */
static gboolean
add_unary (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    guint32 function, gfloat alpha, gfloat beta, guint limits, GError ** error)
{
  const guint32 constants[] = { function,
    (guint32) vk_is_half (device, &call->inputs[0]), limits & 1, limits >> 1
  };
  gint64 n = sg_shape_elements (&call->inputs[0].shape);
  const SgPushUnary push = { (guint32) n, alpha, beta };
  SgVkDispatch *dispatch = vk_kernel_add (kernel, "nn/unary", constants,
      G_N_ELEMENTS (constants), 0, error);

  if (dispatch == NULL)
    return FALSE;
  vk_dispatch_input (dispatch, 0);
  vk_dispatch_output (dispatch, 0);
  for (guint i = 0; i < 2; i++)
    if (limits & 1u << i)
      vk_dispatch_input (dispatch, 1 + i);
    else
      vk_dispatch_unused (dispatch);
  vk_dispatch_push (dispatch, &push, sizeof push);
  vk_dispatch_linear (kernel, dispatch,
      (guint64) (n + GROUP_ELEMENTS - 1) / GROUP_ELEMENTS);
  return TRUE;
}

/* --- clip: its limits are inputs ------------------------------------------ */

static gboolean
supports_clip (SgVkDevice * device, const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (sg_call_has_input (call, i)
        && (call->inputs[i].dtype != SG_DTYPE_F32
            || (i > 0 && vk_is_half (device, &call->inputs[i]))))
      return FALSE;
  return TRUE;
}

static gboolean
prepare_clip (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  gfloat limit[2] = { -INFINITY, INFINITY };
  guint inputs = 0;

  for (guint i = 0; i < 2; i++) {
    if (!sg_call_has_input (call, i + 1))
      continue;
    if (call->constants[i + 1]) {
      limit[i] = (gfloat) sg_tensor_get (call->constants[i + 1], 0);
      kernel->captured |= 2u << i;
    } else {
      inputs |= 1u << i;
    }
  }
  return add_unary (device, call, kernel, SG_ACTIVATION_CLIP, limit[0],
      limit[1], inputs, error);
}

const SgVkOp vk_op_clip = {
  .op = "clip",
  .supports = supports_clip,
  .prepare = prepare_clip,
  .in_place = TRUE,
};

/* --- all others ----------------------------------------------------------- */

#define ATTRS(type) ((const type *) call->attrs)

#define UNARY_OP(word, function, alpha, beta) \
static gboolean \
prepare_ ## word (SgVkDevice * device, const SgCall * call, \
    SgVkKernel * kernel, GError ** error) \
{ \
  return add_unary (device, call, kernel, function, alpha, beta, 0, error); \
} \
\
const SgVkOp vk_op_ ## word = { \
  .op = #word, \
  .supports = supports, \
  .prepare = prepare_ ## word, \
  .in_place = TRUE, \
};

/* *INDENT-OFF* */
UNARY_OP (abs, UNARY_ABS, 0, 0)
UNARY_OP (elu, UNARY_ELU, ATTRS (SgEluAttrs)->alpha, 0)
UNARY_OP (exp, UNARY_EXP, 0, 0)
UNARY_OP (floor, UNARY_FLOOR, 0, 0)
UNARY_OP (hard_sigmoid, UNARY_HARD_SIGMOID, ATTRS (SgHardSigmoidAttrs)->alpha,
    ATTRS (SgHardSigmoidAttrs)->beta)
UNARY_OP (hard_swish, UNARY_HARD_SWISH, 0, 0)
UNARY_OP (leaky_relu, SG_ACTIVATION_LEAKY_RELU,
    ATTRS (SgLeakyReluAttrs)->alpha, 0)
UNARY_OP (neg, UNARY_NEG, 0, 0)
UNARY_OP (relu, SG_ACTIVATION_RELU, 0, 0)
UNARY_OP (sigmoid, SG_ACTIVATION_SIGMOID, 0, 0)
UNARY_OP (sqrt, UNARY_SQRT, 0, 0)
UNARY_OP (tanh, SG_ACTIVATION_TANH, 0, 0)
/* *INDENT-ON* */
