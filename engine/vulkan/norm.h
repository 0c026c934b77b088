/* gst-stylegan: multiplying and adding per channel on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/activation.h"
#include "vulkan/operand.h"

G_BEGIN_DECLS

/* Of s: a factor and a summand, or what is taken off x before, too. */
typedef enum
{
  VK_NORM_PLAIN = 2,            /* s [N,2,C] */
  VK_NORM_CENTRED = 3,          /* s [N,3,C] */
} SgVkNormForm;

/* y = activation ((x - s[n,2,c]) * s[n,0,c] + s[n,1,c]) + residual.
 * @shape: of x, at least rank 2
 * @n_images: of s, 1 for one that all share
 * @residual: or NULL */
gboolean vk_add_scale_shift (SgVkKernel * kernel, const SgShape * shape,
    const SgVkOperand * x, const SgVkOperand * s, SgVkNormForm form,
    gint64 n_images,
    const SgVkOperand * residual, const SgActivation * activation,
    const SgVkOperand * y, GError ** error);

/* s of kernels/nn/norm_coefficients.comp.
 * @variance: NULL when @mean is moments [N,C,2], else both are [C] and N is 1
 * @shared: with the mean and variance of all N together */
gboolean vk_add_norm_coefficients (SgVkKernel * kernel, guint64 n_planes,
    guint64 channels, const SgVkOperand * mean, const SgVkOperand * variance,
    const SgVkOperand * scale, const SgVkOperand * bias, gfloat epsilon,
    gboolean shared, SgVkNormForm form, const SgVkOperand * s, GError ** error);

G_END_DECLS
