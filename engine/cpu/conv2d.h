/* gst-stylegan: convolution on the CPU, with everything around it folded in
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * y = shuffle (act (conv (pad (upsample (act' (x * scale + shift)))) + bias
 *     + residual)), and the moments of y on the way.
 *
 * All tensors are dense NCHW, fp32. */
#pragma once

#include <glib.h>

#include "sg/tensor.h"
#include "sg/threads.h"

G_BEGIN_DECLS

typedef enum
{
  CPU_PAD_ZERO,                 /* zeros, after the prologue */
  CPU_PAD_REFLECT,              /* without repeating the edge: pad < size */
  CPU_PAD_EDGE
} CpuPadMode;

typedef enum
{
  CPU_ACT_NONE,
  CPU_ACT_RELU,
  CPU_ACT_LEAKY,                /* x < 0 ? alpha * x : x */
  CPU_ACT_CLIP,                 /* min (max (x, lo), hi) */
  CPU_ACT_TANH,                 /* epilogue only, as the next */
  CPU_ACT_SIGMOID
} CpuActKind;

typedef struct
{
  CpuActKind kind;
  float alpha, lo, hi;
} CpuAct;

/* DepthToSpace on store, ONNX's two modes. */
typedef enum
{
  CPU_SHUFFLE_NONE,
  CPU_SHUFFLE_DCR,
  CPU_SHUFFLE_CRD
} CpuShuffle;

typedef enum
{
  CPU_CONV_AUTO,
  CPU_CONV_DIRECT,
  CPU_CONV_WINOGRAD,            /* where it applies: 3x3 of group 1, strides 1 or 2,
                                 * dilations 1, 2 or 4 */
  CPU_CONV_POINTWISE,           /* where it applies: 1x1, stride 1, group 1, no pads */
  CPU_CONV_DEPTHWISE            /* where it applies: group = ic = oc, strides up to 2,
                                 * neither upsampling nor shuffle */
} CpuConvAlgorithm;

typedef struct
{
  guint n, ic, ih, iw;          /* x: [n, ic, ih, iw] */
  guint oc, oh, ow;             /* before the shuffle */
  guint kh, kw;
  guint stride_h, stride_w;
  guint dilation_h, dilation_w;
  guint group;                  /* ic = oc = group: depthwise */
  gint pad_top, pad_left, pad_bottom, pad_right;        /* < 0 crops */
  CpuPadMode pad_mode;
  guint upsample;               /* nearest, before the pad: 1 or 2 */
  /* ONNX ConvTranspose: the strides, pads and dilations are its attributes,
   * output_padding is whatever oh and ow say beyond; upsample 1, zero pads,
   * no shuffle */
  gboolean transposed;
  /* Not transposed, but the weights are as if, and mirrored: what a transposed one of
   * strides 1 is. */
  gboolean flipped;
  CpuAct prologue;
  CpuAct epilogue;
  CpuShuffle shuffle;
  CpuConvAlgorithm algorithm;
  guint block;                  /* of the shuffle; y is
                                 * [n, oc / block^2, oh * block, ow * block] */
} CpuConv2dParams;

/* A planned convolution: work on one size of picture split into tasks. It holds
 * no weights: those of pictures of other sizes will do (see below).
 * Results do not depend on the number of threads.
 * Thread-safety: safe, each concurrent run with a scratch memory of its own. */
typedef struct _CpuConv2d CpuConv2d;

/* @n_threads: size of the largest pool it will run on
 * Returns: NULL if @p is inconsistent or asks for something unsupported (see the
 * comments above), and if there is no memory. */
CpuConv2d *cpu_conv2d_new (const CpuConv2dParams * p, guint n_threads);
void cpu_conv2d_free (CpuConv2d * c);

/* @weights: [oc, ic / group, kh, kw]; transposed, flipped: [ic, oc / group, kh, kw]
 * @bias: [oc] or NULL
 * Returns: (transfer full) both as cpu_conv2d_run () takes them, packed for this
 * CPU; NULL if there is no memory */
SgTensor *cpu_conv2d_pack (const CpuConv2d * c, const float *weights,
    const float *bias);
/* The same into memory of cpu_conv2d_packed_bytes (), aligned to 64: for weights that
 * change from run to run. @pool may be NULL. Does not allocate. */
void cpu_conv2d_pack_to (const CpuConv2d * c, SgThreadPool * pool,
    const float *weights, const float *bias, float *packed);
gsize cpu_conv2d_packed_bytes (const CpuConv2d * c);
/* What the packed form depends on beside the numbers: plans of equal layouts can
 * share packed weights. Returns: (transfer none) */
GBytes *cpu_conv2d_get_layout (const CpuConv2d * c);
/* Bytes of @scratch for a run, aligned to 64. */
gsize cpu_conv2d_scratch_bytes (const CpuConv2d * c);
/* How @c computes, for logs and benchmarks: "direct", "winograd", ... */
const gchar *cpu_conv2d_describe (const CpuConv2d * c);

/* @packed: the data of cpu_conv2d_pack ()
 * @x: [n, ic, ih, iw]
 * @scale_shift: [n, 2, ic], or NULL for 1 and 0
 * @residual: as @y, or NULL; added before the epilogue's activation
 * @y: must overlap neither @x nor @residual
 * @moments: [n, channels of y, 2], mean and biased variance over H and W of
 *   the final y; or NULL
 * @scratch: cpu_conv2d_scratch_bytes () bytes, aligned to 64
 * Does not allocate. Blocks until done. */
void cpu_conv2d_run (const CpuConv2d * c, SgThreadPool * pool,
    const float *packed, const float *x, const float *scale_shift,
    const float *residual, float *y, float *moments, void *scratch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CpuConv2d, cpu_conv2d_free)

G_END_DECLS
