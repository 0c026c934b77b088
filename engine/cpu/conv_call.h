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
