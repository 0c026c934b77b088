/* gst-stylegan: normalisation in two halves, as the planner splits it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/activation.h"

G_BEGIN_DECLS

/* instance_norm (x [N,C,..], scale [C], bias [C]) -> y.
 * ONNX's InstanceNormalization. The planner turns it into
 *   moments (x) -> m [N,C,2]: mean and biased variance per n, c
 *   norm_coefficients (m, scale, bias) -> s [N,2,C]:
 *     s[n,0,c] = scale[c] / sqrt (variance + epsilon)
 *     s[n,1,c] = bias[c] - mean * s[n,0,c]
 *   scale_shift (x, s) -> y
 * so that the first half can join the operator before and the last half the
 * operators after. */
typedef struct
{
  gfloat epsilon;
} SgInstanceNormAttrs;

/* norm_coefficients (moments [N,C,2], scale [C], bias [C]) -> [N,2,C]
 * Shared: with the mean and the variance of all N together, which are of one size:
 *   mean = 1/N sum mean[n], variance = 1/N sum (variance[n] + (mean[n] - mean)^2) */
typedef struct
{
  gfloat epsilon;
  gboolean shared;
} SgNormCoefficientsAttrs;

/* scale_shift (x [N,C,..], scale_shift [N or 1,2,C], residual as x or none) -> y
 * y = activation (x * scale[n,c] + shift[n,c]) + residual
 * Note the order: the residual comes after the activation here. */
typedef struct
{
  SgActivation activation;
} SgScaleShiftAttrs;

/* batch_norm (x, scale [C], bias [C], mean [C], variance [C])
 *   -> y, (running mean, running variance when training)
 * ONNX's BatchNormalization. */
typedef struct
{
  gfloat epsilon, momentum;
  gboolean training;
} SgBatchNormAttrs;

/* image_scaler (x [N,C,H,W]) -> x * scale + bias[c]. Removed from ONNX; WinML's
 * style models have it. bias has as many entries as x has channels (<= 4). */
typedef struct
{
  gfloat scale;
  gint n_bias;
  gfloat bias[4];
} SgImageScalerAttrs;

/* affine (x) -> alpha * x + beta. Removed from ONNX. */
typedef struct
{
  gfloat alpha, beta;
} SgAffineAttrs;

G_END_DECLS
