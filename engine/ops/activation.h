/* gst-stylegan: activations that can be fused into other operators
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SG_ACTIVATION_NONE,
  SG_ACTIVATION_RELU,           /* max (x, 0) */
  SG_ACTIVATION_LEAKY_RELU,     /* x < 0 ? alpha * x : x */
  SG_ACTIVATION_CLIP,           /* min (max (x, alpha), beta) */
  SG_ACTIVATION_TANH,
  SG_ACTIVATION_SIGMOID,
} SgActivationKind;

typedef struct _SgActivation
{
  SgActivationKind kind;
  gfloat alpha, beta;
} SgActivation;

G_END_DECLS
