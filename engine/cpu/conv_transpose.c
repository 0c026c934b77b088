/* gst-stylegan: conv_transpose on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv_call.h"

#include <string.h>

static gboolean
make_params (const SgCall * call, CpuConv2dParams * p)
{
  const SgConvTransposeAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *w = &call->inputs[SG_CONV_W].shape;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  memset (p, 0, sizeof *p);
  if (x->rank < 3 || x->rank > 4
      || !sg_window_resolve_transposed (&attrs->window, x->dim + 2,
          x->rank - 2, w->dim + 2, attrs->output_padding,
          attrs->output_shape, &window, out, call, NULL)
      || !cpu_conv_call_params (call, &window, attrs->group,
          w->dim[1] * attrs->group, &attrs->input_activation,
          &attrs->activation, p))
    return FALSE;
  p->transposed = p->stride_h > 1 || p->stride_w > 1;
  p->flipped = !p->transposed;
  if (p->flipped) {
    gint down = (gint) ((p->kh - 1) * p->dilation_h);
    gint across = (gint) ((p->kw - 1) * p->dilation_w);

    p->pad_top = down - p->pad_top;
    p->pad_left = across - p->pad_left;
    p->pad_bottom = (gint) p->oh - (gint) p->ih + down - p->pad_top;
    p->pad_right = (gint) p->ow - (gint) p->iw + across - p->pad_left;
  }
  return TRUE;
}

CPU_DEFINE_CONV (conv_transpose, make_params)
