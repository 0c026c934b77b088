/* gst-stylegan: mean and variance on the GPU, for operators that take them along
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vulkan/operand.h"

G_BEGIN_DECLS

/* Bytes of partial moments (kernels/common/moments.glsl). */
VkDeviceSize vk_moments_bytes (guint64 n_planes, guint64 n_parts);
/* Adds the dispatches that make moments [n_planes][2] = output @output of the partial
 * ones at @offset of the kernel's scratch memory. Takes more scratch memory, behind
 * what the kernel has so far. Fixed order: the same result each time. */
gboolean vk_moments_merge (SgVkKernel * kernel, VkDeviceSize offset,
    guint64 n_planes, guint64 n_parts, guint output, GError ** error);

/* Whether there is room for the partial moments of so many planes of @plane values. */
gboolean vk_moments_fit (const SgVkDevice * device, guint64 n_planes,
    guint64 plane);
/* The moments of the planes of @x, [n_planes][plane], in @y [n_planes][2], f32. */
gboolean vk_add_moments (SgVkKernel * kernel, const SgVkOperand * x,
    guint64 n_planes, guint64 plane, const SgVkOperand * y, GError ** error);

G_END_DECLS
