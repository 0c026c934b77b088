/* gst-stylegan: from the calls of conv and conv_transpose to conv2d
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/conv2d.h"
#include "cpu/cpu.h"
#include "ops/conv.h"

G_BEGIN_DECLS

/* What both operators have: sizes, window, group, activations; @window is
 * resolved. One spatial dimension becomes a picture of one row. FALSE where
 * conv2d cannot do it. */
gboolean cpu_conv_call_params (const SgCall * call, const SgWindow * window,
    gint64 group, gint64 channels, const SgActivation * input_activation,
    const SgActivation * activation, CpuConv2dParams * p);

/* The rest of a CpuKernel. */
gpointer cpu_conv_call_prepare (CpuDevice * device, const SgCall * call,
    const CpuConv2dParams * p, gsize * scratch_bytes, GError ** error);
void cpu_conv_call_run (gpointer state, CpuDevice * device,
    const SgCall * call, gpointer const *outputs, gconstpointer const *inputs,
    gpointer scratch);
void cpu_conv_call_release (gpointer state);

/* Defines cpu_kernel_<word> for an operator that fills conv2d's parameters with
 * @make_params (call, params), FALSE where conv2d cannot do it. */
#define CPU_DEFINE_CONV(word, make_params) \
  static gboolean \
  supports (CpuDevice * device, const SgCall * call) \
  { \
    CpuConv2dParams p; \
 \
    return make_params (call, &p); \
  } \
 \
  static gpointer \
  prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes, \
      GError ** error) \
  { \
    CpuConv2dParams p; \
 \
    make_params (call, &p); \
    return cpu_conv_call_prepare (device, call, &p, scratch_bytes, error); \
  } \
 \
  const CpuKernel cpu_kernel_ ## word = { \
    .op = #word, \
    .supports = supports, \
    .prepare = prepare, \
    .run = cpu_conv_call_run, \
    .release = cpu_conv_call_release, \
  };

/* Packed weights of one device: equal ones are held once, so that instances of a
 * filter share them, whatever the sizes of their pictures.
 * Thread-safety: safe. */
typedef struct _CpuConvCache CpuConvCache;

CpuConvCache *cpu_conv_cache_new (void);
void cpu_conv_cache_free (CpuConvCache * cache);
/* As cpu_conv2d_pack (), to be given back with cpu_conv_cache_release (). @bias may
 * be NULL. */
SgTensor *cpu_conv_cache_get (CpuConvCache * cache, const CpuConv2d * conv,
    SgTensor * weights, SgTensor * bias);
void cpu_conv_cache_release (CpuConvCache * cache, SgTensor * packed);

G_END_DECLS
