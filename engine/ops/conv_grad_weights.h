/* gst-stylegan: conv_grad_weights
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/pad.h"
#include "ops/window.h"

G_BEGIN_DECLS

/* conv_grad_weights (x [N,C,D1..], dy [N,M,D1'..]) -> dw [M,C/group,K1..]
 * The gradient of a convolution's weights:
 *   dw[m,c,k] = sum over n and p of dy[n,m,p] * x[n,c,p * stride + k * dilation - pad]
 * x goes on as pad_mode says, zeros by default; c counts in m's group. For a transposed
 * convolution x and dy change places. */
typedef struct
{
  SgWindow window;              /* kernel is given; no auto_pad */
  gint64 group;
  SgPadMode pad_mode;           /* not WRAP */
} SgConvGradAttrs;

G_END_DECLS
