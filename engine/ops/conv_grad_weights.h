/* gst-stylegan: conv_grad_weights
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/window.h"

G_BEGIN_DECLS

/* conv_grad_weights (x [N,C,D1..], dy [N,M,D1'..]) -> dw [M,C/group,K1..]
 * The gradient of a convolution's weights:
 *   dw[m,c,k] = sum over n and p of dy[n,m,p] * x[n,c,p * stride + k * dilation - pad]
 * zero where x is not; c counts in m's group. For a transposed convolution x and dy
 * change places. */
typedef struct
{
  SgWindow window;              /* kernel is given; no auto_pad */
  gint64 group;
} SgConvGradAttrs;

G_END_DECLS
