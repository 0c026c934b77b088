/* gst-stylegan: copies to and from the device that wait
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/vk.h"

#include <string.h>

/* Larger copies go in parts, so that staging stays small. */
#define STAGING_BYTES ((gsize) 16 << 20)

void
vk_once_cancel (SgVkContext * context, SgVkOnce * once)
{
  context->table.vkDestroyCommandPool (context->vk, once->pool, NULL);
  *once = (SgVkOnce) {
  0};
}

gboolean
vk_once_begin (SgVkContext * context, SgVkOnce * once, GError ** error)
{
  const struct VolkDeviceTable *table = &context->table;
  const VkCommandPoolCreateInfo pool_info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT,
    .queueFamilyIndex = context->queue_family,
  };
  const VkCommandBufferBeginInfo begin = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  };
  VkCommandBufferAllocateInfo allocate = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };

  *once = (SgVkOnce) {
  0};
  if (!vk_check (context, table->vkCreateCommandPool (context->vk, &pool_info,
              NULL, &once->pool), "vkCreateCommandPool", error))
    return FALSE;
  allocate.commandPool = once->pool;
  if (vk_check (context, table->vkAllocateCommandBuffers (context->vk,
              &allocate, &once->vk), "vkAllocateCommandBuffers", error)
      && vk_check (context, table->vkBeginCommandBuffer (once->vk, &begin),
          "vkBeginCommandBuffer", error))
    return TRUE;
  vk_once_cancel (context, once);
  return FALSE;
}

static gboolean
submit_and_wait (SgVkContext * context, VkCommandBuffer commands,
    GError ** error)
{
  const struct VolkDeviceTable *table = &context->table;
  const VkFenceCreateInfo fence_info = {
    .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
  };
  const VkSubmitInfo submit = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
    .commandBufferCount = 1,
    .pCommandBuffers = &commands,
  };
  VkFence fence;
  gboolean ok;

  if (!vk_check (context, table->vkCreateFence (context->vk, &fence_info, NULL,
              &fence), "vkCreateFence", error))
    return FALSE;
  ok = vk_queue_submit (context, context->queue, &submit, 1, fence, error)
      && vk_fence_wait (context, fence, error);
  table->vkDestroyFence (context->vk, fence, NULL);
  return ok;
}

gboolean
vk_once_end (SgVkContext * context, SgVkOnce * once, GError ** error)
{
  gboolean ok;

  if (g_atomic_int_get (&context->lost))
    ok = vk_check (context, VK_ERROR_DEVICE_LOST, "vkQueueSubmit", error);
  else
    ok = vk_check (context, context->table.vkEndCommandBuffer (once->vk),
        "vkEndCommandBuffer", error)
        && submit_and_wait (context, once->vk, error);
  vk_once_cancel (context, once);
  return ok;
}

void
vk_barrier (SgVkContext * context, VkCommandBuffer commands)
{
  const VkMemoryBarrier barrier = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT
        | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT
        | VK_ACCESS_HOST_READ_BIT,
  };
  const VkPipelineStageFlags stages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT
      | VK_PIPELINE_STAGE_TRANSFER_BIT;

  context->table.vkCmdPipelineBarrier (commands, stages,
      stages | VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &barrier, 0, NULL, 0, NULL);
}

void
vk_barrier_shaders (SgVkContext * context, VkCommandBuffer commands)
{
  const VkMemoryBarrier barrier = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT,
  };

  context->table.vkCmdPipelineBarrier (commands,
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, 0, 1, &barrier, 0, NULL, 0, NULL);
}

static gboolean
copy_and_wait (SgVkContext * context, SgVkBuffer * to, SgVkBuffer * from,
    const VkBufferCopy * region, GError ** error)
{
  SgVkOnce once;

  if (!vk_once_begin (context, &once, error))
    return FALSE;
  context->table.vkCmdCopyBuffer (once.vk, from->vk, to->vk, 1, region);
  vk_barrier (context, once.vk);
  return vk_once_end (context, &once, error);
}

gboolean
vk_upload (SgVkContext * context, SgVkBuffer * buffer, VkDeviceSize offset,
    gconstpointer data, gsize bytes, GError ** error)
{
  SgVkBuffer *staging;
  gboolean ok = TRUE;

  if (bytes == 0)
    return TRUE;
  staging = vk_buffer_new (context, VK_HEAP_UPLOAD, MIN (bytes, STAGING_BYTES),
      error);
  if (staging == NULL)
    return FALSE;
  for (gsize done = 0; ok && done < bytes; done += STAGING_BYTES) {
    gsize part = MIN (bytes - done, STAGING_BYTES);
    const VkBufferCopy region = { 0, offset + done, part };

    memcpy (staging->mapped, (const guint8 *) data + done, part);
    vk_buffer_flush (staging, 0, part);
    ok = copy_and_wait (context, buffer, staging, &region, error);
  }
  vk_buffer_unref (staging);
  return ok;
}

gboolean
vk_download (SgVkContext * context, SgVkBuffer * buffer, VkDeviceSize offset,
    gpointer data, gsize bytes, GError ** error)
{
  SgVkBuffer *staging;
  gboolean ok = TRUE;

  if (bytes == 0)
    return TRUE;
  staging = vk_buffer_new (context, VK_HEAP_DOWNLOAD,
      MIN (bytes, STAGING_BYTES), error);
  if (staging == NULL)
    return FALSE;
  for (gsize done = 0; ok && done < bytes; done += STAGING_BYTES) {
    gsize part = MIN (bytes - done, STAGING_BYTES);
    const VkBufferCopy region = { offset + done, 0, part };

    ok = copy_and_wait (context, staging, buffer, &region, error);
    if (ok) {
      vk_buffer_invalidate (staging, 0, part);
      memcpy ((guint8 *) data + done, staging->mapped, part);
    }
  }
  vk_buffer_unref (staging);
  return ok;
}
