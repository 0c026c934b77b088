/* gst-stylegan: Conv
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/activation.h"
#include "ops/pad.h"
#include "ops/window.h"

G_BEGIN_DECLS

/* conv (x [N,C,D1..], w [M,C/group,K1..], b [M] or none,
 *       scale_shift [N,2,C] or none, residual as y or none)
 *   -> y [N,M,D1'..], (moments [N,M,2])
 *
 * The first three inputs and the first output are ONNX's Conv. The rest is what
 * the planner fuses in (two spatial dimensions, f32), in this order of
 * computation:
 *   x' = input_activation (x * scale + shift)      when scale_shift is given
 *   x' = nearest-neighbour upsampling by @upsample  when > 1
 *   x' padded by the window's pads in @pad_mode
 *   y = activation (conv (x', w) + b + residual)
 *   moments = mean and biased variance of y per channel
 *   y = depth_to_space (y)                          when @shuffle > 1 */
typedef struct
{
  SgWindow window;
  gint64 group;
  /* Fused; all zero in a graph as it was written. */
  SgPadMode pad_mode;
  gint upsample;                /* 0 and 1: none */
  SgActivation input_activation;
  SgActivation activation;
  gint shuffle;                 /* depth_to_space block size; 0 and 1: none */
  gboolean shuffle_crd;         /* its mode: CRD, else DCR */
} SgConvAttrs;

/* conv_transpose (x [N,C,D1..], w [C,M/group,K1..], b [M] or none,
 *                 scale_shift or none, residual or none) -> y, (moments)
 * ONNX's ConvTranspose; fused parts as for conv, without upsample, pad mode and
 * shuffle. */
typedef struct
{
  SgWindow window;
  gint64 group;
  gint64 output_padding[SG_MAX_SPATIAL];
  gint64 output_shape[SG_MAX_SPATIAL];  /* 0: not given */
  SgActivation input_activation;
  SgActivation activation;
} SgConvTransposeAttrs;

enum
{ SG_CONV_X, SG_CONV_W, SG_CONV_B, SG_CONV_SCALE_SHIFT, SG_CONV_RESIDUAL };

G_END_DECLS
