/* gst-stylegan: conv on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv_call.h"

#include <string.h>

static gboolean
convert_pad_mode (SgPadMode from, CpuPadMode * to)
{
  static const CpuPadMode modes[] = {
    [SG_PAD_CONSTANT] = CPU_PAD_ZERO,
    [SG_PAD_REFLECT] = CPU_PAD_REFLECT,
    [SG_PAD_EDGE] = CPU_PAD_EDGE,
  };

  if ((guint) from >= G_N_ELEMENTS (modes))
    return FALSE;
  *to = modes[from];
  return TRUE;
}

static gboolean
make_params (const SgCall * call, CpuConv2dParams * p)
{
  const SgConvAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *w = &call->inputs[SG_CONV_W].shape;
  gint64 upsample = MAX (attrs->upsample, 1);
  gint64 in[SG_MAX_SPATIAL], out[SG_MAX_SPATIAL];
  gint n_spatial = x->rank - 2;
  SgWindow window;

  memset (p, 0, sizeof *p);
  if (n_spatial < 1 || n_spatial > 2 || upsample > 2)
    return FALSE;
  for (gint i = 0; i < n_spatial; i++)
    in[i] = x->dim[2 + i] * upsample;
  if (!sg_window_resolve (&attrs->window, in, n_spatial, w->dim + 2, FALSE,
          &window, out, call, NULL)
      || !cpu_conv_call_params (call, &window, attrs->group, w->dim[0],
          &attrs->input_activation, &attrs->activation, p)
      || !convert_pad_mode (attrs->pad_mode, &p->pad_mode))
    return FALSE;
  if (n_spatial == 1 && (upsample > 1 || attrs->shuffle > 1))
    return FALSE;
  p->upsample = upsample;
  if (attrs->shuffle > 1) {
    p->shuffle = attrs->shuffle_crd ? CPU_SHUFFLE_CRD : CPU_SHUFFLE_DCR;
    p->block = attrs->shuffle;
    p->oh = out[0];
    p->ow = out[1];
    /* mixed channels and a ring for each of the phases: keep it small */
    if (p->block > 16)
      return FALSE;
  }
  return TRUE;
}

CPU_DEFINE_CONV (conv, make_params)
