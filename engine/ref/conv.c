/* gst-stylegan: reference for Conv
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/conv.h"
#include "ops/pad.h"

/* acc[] += weight * the samples of one input plane that meet one tap. */
static void
add_tap (const RefWindow * w, const gint64 tap[3], const gdouble * x,
    gdouble weight, gdouble * acc)
{
  gint64 start[3], first[3], end[3];

  for (gint i = 0; i < 3; i++) {
    start[i] = tap[i] * w->dilation[i] - w->pad[i];
    ref_range (start[i], w->stride[i], w->in[i], w->out[i], &first[i], &end[i]);
  }
  for (gint64 d = first[0]; d < end[0]; d++) {
    for (gint64 h = first[1]; h < end[1]; h++) {
      const gdouble *row = x + ((start[0] + d * w->stride[0]) * w->in[1]
          + start[1] + h * w->stride[1]) * w->in[2];
      gdouble *out = acc + (d * w->out[1] + h) * w->out[2];
      gint64 stride = w->stride[2];

      if (first[2] >= end[2])
        continue;
      row += start[2] + first[2] * stride;
      for (gint64 i = first[2]; i < end[2]; i++, row += stride)
        out[i] += weight * *row;
    }
  }
}

/* Fused forms: @x [N,C,H,W] upsampled, then padded other than with zeros. Takes
 * @x; changes @w to match the result. */
static gdouble *
upsample_and_pad (const SgCall * call, gint64 planes, RefWindow * w,
    const SgWindow * window, gdouble * x, GError ** error)
{
  const SgConvAttrs *a = call->attrs;
  gboolean pads = a->pad_mode != SG_PAD_CONSTANT;
  gint64 factor = MAX (a->upsample, 1);
  gint64 up_h = w->in[1], up_w = w->in[2];
  gint64 in_h = up_h / factor, in_w = up_w / factor;
  gint64 top = pads ? window->pad_begin[0] : 0;
  gint64 left = pads ? window->pad_begin[1] : 0;
  gint64 out_h = up_h + (pads ? top + window->pad_end[0] : 0);
  gint64 out_w = up_w + (pads ? left + window->pad_end[1] : 0);
  gdouble *y, *next;

  if (factor == 1 && !pads)
    return x;
  next = y = ref_new_doubles (call, planes * out_h * out_w, error);
  for (gint64 p = 0; y && p < planes; p++) {
    for (gint64 i = 0; i < out_h; i++) {
      gint64 h = sg_pad_index (a->pad_mode, i - top, up_h) / factor;

      for (gint64 j = 0; j < out_w; j++)
        *next++ = x[(p * in_h + h) * in_w
            + sg_pad_index (a->pad_mode, j - left, up_w) / factor];
    }
  }
  w->in[1] = out_h;
  w->in[2] = out_w;
  if (pads)
    w->pad[1] = w->pad[2] = 0;
  g_free (x);
  return y;
}

/* Stores channel @m of @channels, through depth_to_space if fused. */
static void
store_plane (const SgConvAttrs * a, const RefWindow * w, gint64 n, gint64 m,
    gint64 channels, const gdouble * acc, SgTensor * y)
{
  gint64 volume = ref_volume (w->out), b = a->shuffle;

  if (b <= 1) {
    for (gint64 i = 0; i < volume; i++)
      ref_store (y, (n * channels + m) * volume + i, acc[i]);
  } else {
    gint64 depth = channels / (b * b);
    gint64 c = a->shuffle_crd ? m / (b * b) : m % depth;
    gint64 block = a->shuffle_crd ? m % (b * b) : m / depth;

    for (gint64 i = 0; i < volume; i++) {
      gint64 h = i / w->out[2] * b + block / b;
      gint64 v = i % w->out[2] * b + block % b;

      ref_store (y, ((n * depth + c) * w->out[1] * b + h) * w->out[2] * b + v,
          acc[i]);
    }
  }
}

/* @x: as the window sees it */
static gboolean
run (const SgCall * call, const RefWindow * w, const gdouble * x,
    const gdouble * weights, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgConvAttrs *a = call->attrs;
  const SgShape *shape = &inputs[SG_CONV_W]->desc.shape;
  const SgTensor *bias = call->n_inputs > SG_CONV_B ? inputs[SG_CONV_B] : NULL;
  gint64 channels = shape->dim[0], per_group = shape->dim[1];
  gint64 volume = ref_volume (w->in), taps = ref_volume (w->kernel);
  g_autofree gdouble *acc = ref_new_doubles (call, ref_volume (w->out), error);

  if (acc == NULL)
    return FALSE;
  for (gint64 n = 0; n < inputs[SG_CONV_X]->desc.shape.dim[0]; n++) {
    for (gint64 m = 0; m < channels; m++) {
      gint64 group = m / (channels / a->group);

      ref_conv_plane (w, add_tap, per_group,
          x + (n * a->group + group) * per_group * volume,
          weights + m * per_group * taps, taps,
          bias ? sg_tensor_get (bias, m) : 0, acc);
      ref_conv_finish (call, outputs, inputs, &a->activation,
          n * channels + m, ref_volume (w->out), acc);
      store_plane (a, w, n, m, channels, acc, outputs[0]);
    }
  }
  return TRUE;
}

gboolean
ref_conv (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgConvAttrs *a = call->attrs;
  const SgShape *shape = &inputs[SG_CONV_X]->desc.shape;
  gint64 in[SG_MAX_SPATIAL], out[SG_MAX_SPATIAL];
  g_autofree gdouble *x = NULL, *weights = NULL;
  SgWindow window;
  RefWindow w;

  for (gint i = 2; i < shape->rank; i++)
    in[i - 2] = shape->dim[i] * MAX (a->upsample, 1);
  if (!sg_window_resolve (&a->window, in, shape->rank - 2,
          inputs[SG_CONV_W]->desc.shape.dim + 2, FALSE, &window, out, call,
          error))
    return FALSE;
  ref_window_init (&w, &window, in, out);
  if (!ref_conv_load (call, inputs, &a->input_activation, &x, &weights, error))
    return FALSE;
  x = upsample_and_pad (call, shape->dim[0] * shape->dim[1], &w, &window, x,
      error);
  return x && run (call, &w, x, weights, outputs, inputs, error);
}
