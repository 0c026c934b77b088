/* gst-stylegan: what the references for Conv and ConvTranspose share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/conv.h"
#include "ref/fused.h"
#include "ref/window.h"

G_BEGIN_DECLS

/* acc[] += @weight * the samples of the input plane @x that meet @tap. */
typedef void (*RefAddTap) (const RefWindow * w, const gint64 tap[3],
    const gdouble * x, gdouble weight, gdouble * acc);

/* One output plane from @channels input planes. @weights: those of the first
 *   channel; the next channel's are @skip further */
static inline void
ref_conv_plane (const RefWindow * w, RefAddTap add_tap, gint64 channels,
    const gdouble * x, const gdouble * weights, gint64 skip, gdouble bias,
    gdouble * acc)
{
  gint64 n_out = ref_volume (w->out), n_in = ref_volume (w->in);
  gint64 tap[3];

  for (gint64 i = 0; i < n_out; i++)
    acc[i] = bias;
  for (gint64 c = 0; c < channels; c++) {
    const gdouble *weight = weights + c * skip;

    for (tap[0] = 0; tap[0] < w->kernel[0]; tap[0]++)
      for (tap[1] = 0; tap[1] < w->kernel[1]; tap[1]++)
        for (tap[2] = 0; tap[2] < w->kernel[2]; tap[2]++)
          add_tap (w, tap, x + c * n_in, *weight++, acc);
  }
}

/* Input and weights, and what is fused in front of them. FALSE: no memory;
 * @x and @weights are NULL or to be freed either way. */
static inline gboolean
ref_conv_load (const SgCall * call, SgTensor * const *inputs,
    const SgActivation * input_activation, gdouble ** x, gdouble ** weights,
    GError ** error)
{
  *x = ref_load_tensor (call, inputs[SG_CONV_X], error);
  *weights = *x ? ref_load_tensor (call, inputs[SG_CONV_W], error) : NULL;
  if (*weights == NULL)
    return FALSE;
  ref_fused_prologue (&inputs[SG_CONV_X]->desc.shape,
      call->n_inputs > SG_CONV_SCALE_SHIFT ? inputs[SG_CONV_SCALE_SHIFT] : NULL,
      input_activation, *x);
  return TRUE;
}

/* What is fused behind them, as ref_fused_epilogue (). */
static inline void
ref_conv_finish (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, const SgActivation * activation, gint64 plane,
    gint64 n, gdouble * acc)
{
  ref_fused_epilogue (call->n_inputs > SG_CONV_RESIDUAL ?
      inputs[SG_CONV_RESIDUAL] : NULL, activation,
      call->n_outputs > 1 ? outputs[1] : NULL, plane, n, acc);
}

G_END_DECLS
