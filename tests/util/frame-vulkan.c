/* gst-stylegan: frames through the Vulkan kernels, one step at a time, for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/frame-vulkan.h"

#include <string.h>

/* Of a load or a store. */
#define MAX_DESCRIPTORS 8

static gboolean
new_buffers (TestVkFrame * self, GError ** error)
{
  SgVkContext *context = self->device->context;
  const VkDeviceSize rows = vk_frame_bytes (self->frame);
  const gsize tensor = vk_tensor_bytes (self->device, &self->desc);

  return (self->upload = vk_buffer_new (context, VK_HEAP_UPLOAD, rows, error))
      && (self->rows_in = vk_buffer_new (context, VK_HEAP_DEVICE, rows, error))
      && (self->tensor = vk_buffer_new (context, VK_HEAP_DEVICE, tensor, error))
      && (self->rows_out = vk_buffer_new (context, VK_HEAP_DEVICE, rows, error))
      && (self->download = vk_buffer_new (context, VK_HEAP_DOWNLOAD, rows,
          error));
}

TestVkFrame *
test_vk_frame_new (SgVkDevice * device, const SgImage * image,
    const SgPixelConvention * convention, GError ** error)
{
  SgVkContext *context = device->context;
  const VkDescriptorPoolSize size = {
    VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, MAX_DESCRIPTORS
  };
  const VkDescriptorPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .maxSets = 1,
    .poolSizeCount = 1,
    .pPoolSizes = &size,
  };
  TestVkFrame *self = g_new0 (TestVkFrame, 1);
  SgVkPipeline *pipelines[4];
  guint n;

  self->device = device;
  self->desc.dtype = SG_DTYPE_F32;
  self->desc.shape = SG_SHAPE (1, convention->channels, image->height,
      image->width);
  self->frame = vk_frame_new (device, image, convention, error);
  if (self->frame == NULL)
    goto failed;
  n = vk_frame_pipelines (self->frame, pipelines, G_N_ELEMENTS (pipelines));
  if (!vk_pipelines_compile (context, sg_device_get_threads (&device->base),
          pipelines, n, error)
      || !vk_check (context, context->table.vkCreateDescriptorPool (context->vk,
              &info, NULL, &self->sets), "vkCreateDescriptorPool", error)
      || !new_buffers (self, error))
    goto failed;
  return self;

failed:
  test_vk_frame_free (self);
  return NULL;
}

void
test_vk_frame_free (TestVkFrame * self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->upload, vk_buffer_unref);
  g_clear_pointer (&self->rows_in, vk_buffer_unref);
  g_clear_pointer (&self->tensor, vk_buffer_unref);
  g_clear_pointer (&self->rows_out, vk_buffer_unref);
  g_clear_pointer (&self->download, vk_buffer_unref);
  self->device->context->table.vkDestroyDescriptorPool
      (self->device->context->vk, self->sets, NULL);
  vk_frame_free (self->frame);
  g_free (self);
}

static SgVkRange
whole (const SgVkBuffer * buffer)
{
  return (SgVkRange) {
  buffer->vk, 0, buffer->bytes};
}

static gboolean
copy (TestVkFrame * self, SgVkBuffer * from, SgVkBuffer * to, GError ** error)
{
  SgVkContext *context = self->device->context;
  const VkBufferCopy region = { 0, 0, from->bytes };
  SgVkOnce once;

  if (!vk_once_begin (context, &once, error))
    return FALSE;
  context->table.vkCmdCopyBuffer (once.vk, from->vk, to->vk, 1, &region);
  vk_barrier (context, once.vk);
  return vk_once_end (context, &once, error);
}

void
test_vk_frame_read (TestVkFrame * self, const SgImage * image)
{
  vk_frame_read (self->frame, image, self->upload->mapped,
      sg_device_get_threads (&self->device->base));
  vk_buffer_flush (self->upload, 0, self->upload->bytes);
}

gboolean
test_vk_frame_upload (TestVkFrame * self, GError ** error)
{
  return copy (self, self->upload, self->rows_in, error);
}

static gboolean
convert (TestVkFrame * self, gboolean load, GError ** error)
{
  SgVkContext *context = self->device->context;
  const SgVkRange tensor = whole (self->tensor);
  const SgVkRange rows_in = whole (self->rows_in);
  const SgVkRange rows_out = whole (self->rows_out);
  gboolean ok;
  SgVkOnce once;

  if (!vk_check (context, context->table.vkResetDescriptorPool (context->vk,
              self->sets, 0), "vkResetDescriptorPool", error)
      || !vk_once_begin (context, &once, error))
    return FALSE;
  if (load)
    ok = vk_frame_record_load (self->frame, once.vk, self->sets, &rows_in,
        &tensor, error);
  else
    ok = vk_frame_record_store (self->frame, once.vk, self->sets, &tensor,
        &rows_in, &rows_out, error);
  if (!ok) {
    vk_once_cancel (context, &once);
    return FALSE;
  }
  vk_barrier (context, once.vk);
  return vk_once_end (context, &once, error);
}

gboolean
test_vk_frame_load (TestVkFrame * self, GError ** error)
{
  return convert (self, TRUE, error);
}

gboolean
test_vk_frame_store (TestVkFrame * self, GError ** error)
{
  return convert (self, FALSE, error);
}

gboolean
test_vk_frame_download (TestVkFrame * self, GError ** error)
{
  return copy (self, self->rows_out, self->download, error);
}

void
test_vk_frame_write (TestVkFrame * self, SgImage * image)
{
  vk_buffer_invalidate (self->download, 0, self->download->bytes);
  vk_frame_write (self->frame, self->download->mapped, image,
      sg_device_get_threads (&self->device->base));
}

gboolean
test_vk_frame_get_tensor (TestVkFrame * self, gfloat * values, GError ** error)
{
  const gsize n = sg_shape_elements (&self->desc.shape);
  g_autofree guint16 *half = NULL;
  gsize i;

  if (!vk_is_half (self->device, &self->desc))
    return vk_download (self->device->context, self->tensor, 0, values,
        n * sizeof *values, error);
  half = g_malloc (self->tensor->bytes);
  if (!vk_download (self->device->context, self->tensor, 0, half,
          self->tensor->bytes, error))
    return FALSE;
  for (i = 0; i < n; i++)
    values[i] = sg_f16_to_f32 (half[i]);
  return TRUE;
}

gboolean
test_vk_frame_set_tensor (TestVkFrame * self, gfloat * values, GError ** error)
{
  const gsize n = sg_shape_elements (&self->desc.shape);
  g_autofree guint16 *half = NULL;
  gsize i;

  if (!vk_is_half (self->device, &self->desc))
    return vk_upload (self->device->context, self->tensor, 0, values,
        n * sizeof *values, error);
  half = g_malloc0 (self->tensor->bytes);
  for (i = 0; i < n; i++) {
    half[i] = sg_f32_to_f16 (values[i]);
    values[i] = sg_f16_to_f32 (half[i]);
  }
  return vk_upload (self->device->context, self->tensor, 0, half,
      self->tensor->bytes, error);
}
