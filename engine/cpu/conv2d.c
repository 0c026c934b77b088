/* gst-stylegan: convolution on the CPU: creation
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv2d_private.h"

static gboolean
axis_valid (guint in, guint out, guint kernel, guint stride, guint dilation,
    gint pad0, gint pad1, const CpuConv2dParams * p)
{
  gint64 size = (gint64) in * p->upsample;
  gint64 extent = (gint64) (kernel - 1) * dilation + 1;

  if (in == 0 || out == 0 || kernel == 0 || stride == 0 || dilation == 0)
    return FALSE;
  if (p->transposed)
    return TRUE;
  if (p->pad_mode == CPU_PAD_REFLECT && (pad0 >= size || pad1 >= size))
    return FALSE;
  return size + pad0 + pad1 >= extent
      && (size + pad0 + pad1 - extent) / stride + 1 == out;
}

static gboolean
params_valid (const CpuConv2dParams * p)
{
  if (p->n == 0 || p->ic == 0 || p->oc == 0 || p->group == 0
      || p->ic % p->group != 0 || p->oc % p->group != 0
      || (p->upsample != 1 && p->upsample != 2))
    return FALSE;
  if (p->prologue.kind > CPU_ACT_CLIP || p->epilogue.kind > CPU_ACT_SIGMOID)
    return FALSE;
  if (p->transposed && (p->upsample != 1 || p->pad_mode != CPU_PAD_ZERO
          || p->shuffle != CPU_SHUFFLE_NONE))
    return FALSE;
  if (p->shuffle != CPU_SHUFFLE_NONE && (p->block == 0
          || p->oc % (p->block * p->block) != 0))
    return FALSE;
  return axis_valid (p->ih, p->oh, p->kh, p->stride_h, p->dilation_h,
      p->pad_top, p->pad_bottom, p)
      && axis_valid (p->iw, p->ow, p->kw, p->stride_w, p->dilation_w,
      p->pad_left, p->pad_right, p);
}

CpuConv2d *
cpu_conv2d_new (const CpuConv2dParams * p, guint n_threads)
{
  CpuConv2d *c;

  g_return_val_if_fail (p != NULL && n_threads > 0, NULL);

  if (!params_valid (p))
    return NULL;

  c = g_new0 (CpuConv2d, 1);
  c->p = *p;
  c->simd = cpu_simd_get ()->conv;
  c->vector = cpu_simd_get ()->width;
  c->n_threads = n_threads;
  if (!cpu_conv2d_plan (c)) {
    cpu_conv2d_free (c);
    return NULL;
  }
  return c;
}

void
cpu_conv2d_free (CpuConv2d * c)
{
  if (c == NULL)
    return;

  cpu_conv2d_plan_clear (c);
  g_free (c);
}

GBytes *
cpu_conv2d_get_layout (const CpuConv2d * c)
{
  return c->layout;
}

gsize
cpu_conv2d_scratch_bytes (const CpuConv2d * c)
{
  return c->scratch_bytes;
}

const gchar *
cpu_conv2d_describe (const CpuConv2d * c)
{
  return c->description;
}
