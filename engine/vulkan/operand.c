/* gst-stylegan: what dispatches read and write, and making them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/operand.h"

#include <string.h>

#include "ops/check.h"

/* Shaders write vectors of 8 f32 at the end as well. */
#define PAD 32

gboolean
vk_operand_input (SgVkKernel * kernel, const SgCall * call, guint index,
    SgVkOperand * operand, GError ** error)
{
  *operand = (SgVkOperand) {
  .kind = VK_ARG_INPUT, .index = index, .half =
        vk_is_half (kernel->device, &call->inputs[index])};
  if (sg_call_get_constant (call, index) == NULL)
    return TRUE;
  operand->kind = VK_ARG_BUFFER;
  operand->buffer = vk_kernel_constant (kernel, call, index, error);
  if (operand->buffer == NULL)
    return FALSE;
  g_ptr_array_add (kernel->buffers, operand->buffer);
  return TRUE;
}

SgVkOperand
vk_operand_output (const SgVkKernel * kernel, guint index)
{
  return (SgVkOperand) {
  .kind = VK_ARG_OUTPUT, .index = index, .half =
        vk_is_half (kernel->device, &kernel->outputs[index])};
}

SgVkOperand
vk_operand_scratch (SgVkKernel * kernel, guint64 n)
{
  VkDeviceSize align = MAX (kernel->device->features.storage_align, PAD);
  SgVkOperand operand = { .kind = VK_ARG_SCRATCH };

  operand.offset = (kernel->base.scratch_bytes + align - 1) / align * align;
  operand.bytes = (n * sizeof (gfloat) + PAD - 1) / PAD * PAD;
  kernel->base.scratch_bytes = operand.offset + operand.bytes;
  return operand;
}

gboolean
vk_operand_data (SgVkKernel * kernel, gconstpointer data, gsize bytes,
    SgVkOperand * operand, GError ** error)
{
  gsize padded = (MAX (bytes, 1) + PAD - 1) / PAD * PAD;
  g_autofree guint8 *copy = g_try_malloc0 (padded);

  if (copy == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "no memory for %" G_GSIZE_FORMAT " bytes of weights", padded);
    return FALSE;
  }
  memcpy (copy, data, bytes);
  *operand = (SgVkOperand) {
  .kind = VK_ARG_BUFFER};
  operand->buffer = vk_weights_get (kernel->device->context, copy, padded,
      error);
  if (operand->buffer == NULL)
    return FALSE;
  g_ptr_array_add (kernel->buffers, operand->buffer);
  return TRUE;
}

void
vk_operand_bind (SgVkKernel * kernel, SgVkDispatch * dispatch,
    const SgVkOperand * operand, gboolean written)
{
  if (operand == NULL) {
    vk_dispatch_unused (dispatch);
    return;
  }
  switch (operand->kind) {
    case VK_ARG_INPUT:
      vk_dispatch_input (dispatch, operand->index);
      break;
    case VK_ARG_OUTPUT:
      vk_dispatch_output (dispatch, operand->index);
      break;
    case VK_ARG_SCRATCH:
      vk_dispatch_scratch (kernel, dispatch, operand->offset, operand->bytes,
          written);
      break;
    case VK_ARG_BUFFER:
      vk_dispatch_buffer (kernel, dispatch, vk_buffer_ref (operand->buffer));
      break;
  }
}

void
vk_capture_constants (SgVkKernel * kernel, const SgCall * call, guint first)
{
  for (guint i = first; i < call->n_inputs; i++)
    if (sg_call_get_constant (call, i))
      kernel->captured |= 1u << i;
}

guint32
vk_local_size (const SgVkDevice * device)
{
  return MIN (128, device->features.max_invocations);
}

guint32
vk_reduce_size (const SgVkDevice * device)
{
  return MIN (device->features.software ? 64 : 256,
      device->features.max_invocations);
}

SgVkDispatch *
vk_add_elements (SgVkKernel * kernel, const gchar * shader,
    guint32 * constants, guint n_constants, guint64 n, GError ** error)
{
  guint32 local = vk_local_size (kernel->device);
  SgVkDispatch *dispatch;

  constants[0] = local;
  dispatch = vk_kernel_add (kernel, shader, constants, n_constants, 0, error);
  if (dispatch)
    vk_dispatch_linear (kernel, dispatch, (n + local - 1) / local);
  return dispatch;
}

SgVkDispatch *
vk_add_groups (SgVkKernel * kernel, const gchar * shader,
    guint32 * constants, guint n_constants, guint64 n, GError ** error)
{
  SgVkDispatch *dispatch;

  constants[0] = vk_reduce_size (kernel->device);
  dispatch = vk_kernel_add (kernel, shader, constants, n_constants, 0, error);
  if (dispatch)
    vk_dispatch_linear (kernel, dispatch, n);
  return dispatch;
}

gboolean
vk_is_f32 (const SgCall * call)
{
  for (guint i = 0; i < call->n_outputs; i++)
    if (call->outputs[i].dtype != SG_DTYPE_F32)
      return FALSE;
  return call->inputs[0].dtype == SG_DTYPE_F32;
}

gboolean
vk_fits_scratch (const SgVkDevice * device, guint64 n)
{
  return n <= (device->features.max_storage_range - PAD) / sizeof (gfloat);
}

guint64
vk_count (const SgShape * shape, gint first, gint end)
{
  guint64 n = 1;

  for (gint i = first; i < end; i++)
    n *= (guint64) shape->dim[i];
  return n;
}
