/* gst-stylegan: moving data on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vulkan/operand.h"

G_BEGIN_DECLS

/* An order of a tensor's elements: number i0 + dim[0] * (i1 + dim[1] * (i2 ..)) is at
 * start + i0 * step[0] + i1 * step[1] ..; steps may be 0 and negative. */
typedef struct
{
  guint rank;
  gint64 start;
  gint64 dim[SG_MAX_RANK + 1], step[SG_MAX_RANK + 1];
} SgVkView;

/* Adds the next outer dimension to a view that was zeroed; it merges with the last one
 * where the elements go on regularly. */
void vk_view_add (SgVkView * view, gint64 dim, gint64 step);

/* Where a copy goes: @n_rows of @width elements, @pitch from one to the next. */
typedef struct
{
  guint64 first, width, pitch, n_rows;
} SgVkRows;

/* All of a tensor of @n elements. */
#define VK_ROWS_ALL(n) ((SgVkRows) { 0, (guint64) (n), 0, 1 })

/* Elements of @dtype, 2, 4 or 8 bytes each; f32 from and to f16 where only one of the
 * operands is half. */
gboolean vk_add_copy (SgVkKernel * kernel, SgDType dtype,
    const SgVkOperand * from, const SgVkView * view, const SgVkOperand * to,
    const SgVkRows * rows, GError ** error);
/* All @n elements, f32, in their order: for what could not be written as f16. */
gboolean vk_add_convert (SgVkKernel * kernel, const SgVkOperand * from,
    const SgVkOperand * to, guint64 n, GError ** error);

G_END_DECLS
