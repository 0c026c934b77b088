/* gst-stylegan: what dispatches read and write, and making them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Operators made of several dispatches pass values on in scratch memory; others take
 * the same input as tensor or as constant. An operand is any of these. */
#pragma once

#include "vulkan/vk.h"

G_BEGIN_DECLS

typedef struct
{
  SgVkArgKind kind;
  guint index;                  /* of the input or output */
  SgVkBuffer *buffer;           /* the kernel's */
  VkDeviceSize offset, bytes;   /* of scratch */
  gboolean half;                /* f16 where others are f32 */
} SgVkOperand;

/* Input @index of the call: bound, or held by the kernel if constant. */
gboolean vk_operand_input (SgVkKernel * kernel, const SgCall * call,
    guint index, SgVkOperand * operand, GError ** error);
SgVkOperand vk_operand_output (const SgVkKernel * kernel, guint index);
/* Scratch memory behind all that the kernel has so far, of @n f32. */
SgVkOperand vk_operand_scratch (SgVkKernel * kernel, guint64 n);
/* A copy of @data, once per context. */
gboolean vk_operand_data (SgVkKernel * kernel, gconstpointer data, gsize bytes,
    SgVkOperand * operand, GError ** error);
/* The next binding. @operand: NULL for one that is not used */
void vk_operand_bind (SgVkKernel * kernel, SgVkDispatch * dispatch,
    const SgVkOperand * operand, gboolean written);
/* Constant inputs from @first on have been read: they need not be on the device. */
void vk_capture_constants (SgVkKernel * kernel, const SgCall * call,
    guint first);

/* Invocations per group of shaders that work on one element after the other, and of
 * those whose groups reduce. Powers of two. */
guint32 vk_local_size (const SgVkDevice * device);
guint32 vk_reduce_size (const SgVkDevice * device);

/* vk_kernel_add () with constants[0] set to the local size (vk_local_size ()), and
 * groups for @n invocations in a line. */
SgVkDispatch *vk_add_elements (SgVkKernel * kernel, const gchar * shader,
    guint32 * constants, guint n_constants, guint64 n, GError ** error);
/* The same for @n groups (vk_reduce_size ()) in a line. */
SgVkDispatch *vk_add_groups (SgVkKernel * kernel, const gchar * shader,
    guint32 * constants, guint n_constants, guint64 n, GError ** error);

/* Input 0 and all outputs are f32. */
gboolean vk_is_f32 (const SgCall * call);
/* Whether @n f32 of scratch memory can be bound at once. */
gboolean vk_fits_scratch (const SgVkDevice * device, guint64 n);
/* Product of dimensions @first to before @end. */
guint64 vk_count (const SgShape * shape, gint first, gint end);

G_END_DECLS
