/* gst-stylegan: a conv or conv_transpose as what the shaders run
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/check.h"
#include "vulkan/conv_private.h"

/* Beyond these, sums of places in the shaders, or offsets in their push constants,
 * might not fit: the CPU has to do. */
#define MAX_SIZE (1 << 24)
#define MAX_EXTENT 8192
#define MAX_KERNEL 255

static gint64
floor_div (gint64 a, gint64 b)
{
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

gint
vk_conv_tap (const SgVkConvShape * shape, guint axis, guint phase, guint k)
{
  const SgVkConvAxis *a = &shape->axis[axis];

  if (shape->transposed) {
    gint64 s = shape->transposed_stride[axis];
    gint64 at = (gint64) phase + a->pad
        - (gint64) k * shape->transposed_dilation[axis];

    if (at % s != 0)
      return -1;
    return (gint) ((at / s - a->offset[phase]) / a->dilation);
  }
  if (shape->folded_upsample > 1)
    return (gint) (floor_div ((gint64) phase + k - a->pad,
            shape->folded_upsample) - a->offset[phase]);
  return (gint) k;
}

static gint64
greatest_common_divisor (gint64 a, gint64 b)
{
  while (b != 0) {
    gint64 rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

/* Sample i of x meets output o by weight k where o = stride * i + dilation * k - pad.
 * In one phase, o = stride * t + phase, the k that divide are stride / gcd apart, and
 * their samples dilation / gcd. */
static gboolean
set_transposed (SgVkConvShape * shape, guint axis, gint64 stride,
    gint64 dilation)
{
  SgVkConvAxis *a = &shape->axis[axis];

  if (stride > CONV_MAX_PHASES)
    return FALSE;
  a->phases = (guint32) stride;
  a->stride = 1;
  a->dilation = (guint32) (dilation / greatest_common_divisor (dilation,
          stride));
  shape->transposed_stride[axis] = (guint32) stride;
  shape->transposed_dilation[axis] = (guint32) dilation;
  a->taps = 1;
  for (gint64 p = 0; p < stride; p++) {
    for (gint64 k = 0; k < a->kernel; k++) {
      gint64 at = p + a->pad - k * dilation;

      if (at % stride != 0)
        continue;
      a->n_taps[p]++;
      /* the last one is the first sample */
      a->offset[p] = (gint32) (at / stride);
    }
    a->taps = MAX (a->taps, a->n_taps[p]);
  }
  return TRUE;
}

/* Upsampling becomes phases where padding is the same before and after: reflection
 * of less than a sample of x is the sample at its edge. */
static void
fold_upsample (SgVkConvShape * shape, const SgWindow * window)
{
  guint32 u = shape->upsample;

  for (guint i = 0; i < 2; i++) {
    if (window->stride[i] != 1 || window->dilation[i] != 1
        || window->kernel[i] < 2
        || (shape->pad_mode == SG_PAD_REFLECT
            && MAX (window->pad_begin[i], window->pad_end[i]) >= u))
      return;
  }
  if (u > CONV_MAX_PHASES || !shape->constant_weights)
    return;
  shape->folded_upsample = u;
  shape->upsample = 1;
  if (shape->pad_mode == SG_PAD_REFLECT)
    shape->pad_mode = SG_PAD_EDGE;
  for (guint i = 0; i < 2; i++) {
    SgVkConvAxis *a = &shape->axis[i];

    a->phases = u;
    a->taps = 0;
    for (guint32 p = 0; p < u; p++) {
      gint64 first = floor_div ((gint64) p - a->pad, u);

      a->offset[p] = (gint32) first;
      a->n_taps[p] = (guint32) (floor_div ((gint64) p + a->kernel - 1 - a->pad,
              u) - first + 1);
      a->taps = MAX (a->taps, a->n_taps[p]);
    }
  }
}

static gboolean
set_axes (SgVkConvShape * shape, const SgWindow * window, const gint64 * in,
    const gint64 * out, gint n_spatial)
{
  for (guint i = 0; i < 2; i++) {
    gint from = n_spatial == 2 ? (gint) i : (gint) i - 1;
    SgVkConvAxis *a = &shape->axis[i];

    *a = (SgVkConvAxis) {
      .in = 1, .out = 1, .kernel = 1, .taps = 1, .stride = 1, .dilation =
          1, .phases = 1, .n_taps = { 1 }
    };
    if (shape->transposed)
      shape->transposed_stride[i] = shape->transposed_dilation[i] = 1;
    if (from < 0)
      continue;
    if (in[from] > MAX_SIZE || out[from] > MAX_SIZE
        || window->kernel[from] > MAX_KERNEL
        || window->kernel[from] * window->dilation[from] > MAX_EXTENT
        || window->stride[from] > MAX_EXTENT
        || ABS (window->pad_begin[from]) > MAX_EXTENT)
      return FALSE;
    a->in = (guint32) in[from];
    a->out = (guint32) out[from];
    a->kernel = a->taps = a->n_taps[0] = (guint32) window->kernel[from];
    a->pad = (gint32) window->pad_begin[from];
    if (shape->transposed) {
      a->n_taps[0] = 0;
      if (!set_transposed (shape, i, window->stride[from],
              window->dilation[from]))
        return FALSE;
    } else {
      a->stride = (guint32) window->stride[from];
      a->dilation = (guint32) window->dilation[from];
      a->offset[0] = -a->pad;
    }
  }
  return TRUE;
}

/* --- from the calls --------------------------------------------------------------- */

static gboolean
set_common (SgVkDevice * device, const SgCall * call, SgVkConvShape * shape)
{
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  guint n = call->n_inputs;

  if (call->inputs[SG_CONV_X].dtype != SG_DTYPE_F32 || x->rank < 3
      || x->rank > 4 || x->dim[0] > MAX_SIZE || x->dim[1] > MAX_SIZE)
    return FALSE;
  shape->n = (guint32) x->dim[0];
  shape->in_channels = (guint32) x->dim[1];
  shape->half = vk_is_half (device, &call->inputs[SG_CONV_X]);
  shape->bias = n > SG_CONV_B && sg_call_has_input (call, SG_CONV_B);
  shape->affine = n > SG_CONV_SCALE_SHIFT
      && sg_call_has_input (call, SG_CONV_SCALE_SHIFT);
  shape->residual = n > SG_CONV_RESIDUAL
      && sg_call_has_input (call, SG_CONV_RESIDUAL);
  shape->moments = call->n_outputs > 1;
  shape->constant_weights = sg_call_get_constant (call, SG_CONV_W) != NULL;
  shape->upsample = shape->folded_upsample = shape->shuffle = 1;
  return !shape->half || device->features.storage_f16;
}

static gboolean
set_conv (const SgCall * call, SgVkConvShape * shape)
{
  const SgConvAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *w = &call->inputs[SG_CONV_W].shape;
  gint64 in[2], out[SG_MAX_SPATIAL];
  gint n_spatial = x->rank - 2;
  SgWindow window;

  shape->out_channels = (guint32) w->dim[0];
  shape->group = (guint32) attrs->group;
  shape->upsample = (guint32) MAX (attrs->upsample, 1);
  shape->pad_mode = attrs->pad_mode;
  shape->input_activation = attrs->input_activation;
  shape->activation = attrs->activation;
  shape->shuffle = (guint32) MAX (attrs->shuffle, 1);
  shape->shuffle_crd = attrs->shuffle_crd;
  for (gint i = 0; i < n_spatial; i++)
    in[i] = x->dim[2 + i] * shape->upsample;
  if (!sg_window_resolve (&attrs->window, in, n_spatial, w->dim + 2, FALSE,
          &window, out, call, NULL)
      || !set_axes (shape, &window, x->dim + 2, out, n_spatial))
    return FALSE;
  if (shape->upsample > 1 && n_spatial == 2)
    fold_upsample (shape, &window);
  return TRUE;
}

static gboolean
set_conv_transpose (const SgCall * call, SgVkConvShape * shape)
{
  const SgConvTransposeAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *w = &call->inputs[SG_CONV_W].shape;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  shape->transposed = TRUE;
  shape->out_channels = (guint32) (w->dim[1] * attrs->group);
  shape->group = (guint32) attrs->group;
  shape->input_activation = attrs->input_activation;
  shape->activation = attrs->activation;
  return sg_window_resolve_transposed (&attrs->window, x->dim + 2, x->rank - 2,
      w->dim + 2, attrs->output_padding, attrs->output_shape, &window, out,
      call, NULL)
      && set_axes (shape, &window, x->dim + 2, out, x->rank - 2);
}

gboolean
vk_conv_shape (SgVkDevice * device, const SgCall * call, SgVkConvShape * shape)
{
  *shape = (SgVkConvShape) {
  0};
  if (!set_common (device, call, shape))
    return FALSE;
  return g_str_equal (call->op->name, "conv") ? set_conv (call, shape)
      : set_conv_transpose (call, shape);
}
