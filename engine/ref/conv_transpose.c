/* gst-stylegan: reference for ConvTranspose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/conv.h"

/* acc[] += weight * the samples of one input plane, each where one tap puts
 * it. */
static void
add_tap (const RefWindow * w, const gint64 tap[3], const gdouble * x,
    gdouble weight, gdouble * acc)
{
  gint64 start[3], first[3], end[3];

  for (gint i = 0; i < 3; i++) {
    start[i] = tap[i] * w->dilation[i] - w->pad[i];
    ref_range (start[i], w->stride[i], w->out[i], w->in[i], &first[i], &end[i]);
  }
  for (gint64 d = first[0]; d < end[0]; d++) {
    for (gint64 h = first[1]; h < end[1]; h++) {
      const gdouble *row = x + (d * w->in[1] + h) * w->in[2];
      gdouble *out = acc + ((start[0] + d * w->stride[0]) * w->out[1]
          + start[1] + h * w->stride[1]) * w->out[2];

      for (gint64 i = first[2]; i < end[2]; i++)
        out[start[2] + i * w->stride[2]] += weight * row[i];
    }
  }
}

static gboolean
run (const SgCall * call, const RefWindow * w, const gdouble * x,
    const gdouble * weights, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgConvTransposeAttrs *a = call->attrs;
  const SgShape *shape = &inputs[SG_CONV_W]->desc.shape;
  const SgTensor *bias = call->n_inputs > SG_CONV_B ? inputs[SG_CONV_B] : NULL;
  gint64 per_group = shape->dim[0] / a->group, made = shape->dim[1];
  gint64 channels = made * a->group, volume = ref_volume (w->out);
  gint64 taps = ref_volume (w->kernel);
  g_autofree gdouble *acc = ref_new_doubles (call, volume, error);

  if (acc == NULL)
    return FALSE;
  for (gint64 n = 0; n < inputs[SG_CONV_X]->desc.shape.dim[0]; n++) {
    for (gint64 m = 0; m < channels; m++) {
      gint64 group = m / made;

      ref_conv_plane (w, add_tap, per_group,
          x + (n * a->group + group) * per_group * ref_volume (w->in),
          weights + (group * per_group * made + m % made) * taps, made * taps,
          bias ? sg_tensor_get (bias, m) : 0, acc);
      ref_conv_finish (call, outputs, inputs, &a->activation,
          n * channels + m, volume, acc);
      for (gint64 i = 0; i < volume; i++)
        ref_store (outputs[0], (n * channels + m) * volume + i, acc[i]);
    }
  }
  return TRUE;
}

gboolean
ref_conv_transpose (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  const SgConvTransposeAttrs *a = call->attrs;
  const SgShape *shape = &inputs[SG_CONV_X]->desc.shape;
  gint64 out[SG_MAX_SPATIAL];
  g_autofree gdouble *x = NULL, *weights = NULL;
  SgWindow window;
  RefWindow w;

  if (!sg_window_resolve_transposed (&a->window, shape->dim + 2,
          shape->rank - 2, inputs[SG_CONV_W]->desc.shape.dim + 2,
          a->output_padding, a->output_shape, &window, out, call, error))
    return FALSE;
  ref_window_init (&w, &window, shape->dim + 2, out);
  if (!ref_conv_load (call, inputs, &a->input_activation, &x, &weights, error))
    return FALSE;
  return run (call, &w, x, weights, outputs, inputs, error);
}
