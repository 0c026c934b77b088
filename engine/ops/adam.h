/* gst-stylegan: adam
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* adam (parameters, gradients, m, v, all of one shape, step [1], rate [1])
 *   -> parameters', m', v', step' [1]
 * One step of Adam (Kingma, Ba: Adam: A Method for Stochastic Optimization, 2015,
 * algorithm 1):
 *   step' = step + 1
 *   m' = beta1 m + (1 - beta1) g,  v' = beta2 v + (1 - beta2) g^2
 *   parameters' = parameters - rate * m' / (1 - beta1^step')
 *       / (sqrt (v' / (1 - beta2^step')) + epsilon)
 * m, v and step are 0 before the first step. All outputs may be states of
 * a session. */
typedef struct
{
  gfloat beta1, beta2;          /* each in 0 .. 1, 1 excluded; usually 0.9, 0.999 */
  gfloat epsilon;               /* above 0; usually 1e-8 */
} SgAdamAttrs;

enum
{ SG_ADAM_PARAMETERS, SG_ADAM_GRADIENTS, SG_ADAM_M, SG_ADAM_V, SG_ADAM_STEP,
  SG_ADAM_RATE
};

G_END_DECLS
