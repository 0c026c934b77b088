/* gst-stylegan: what a run of a program has of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/program.h"

/* How long is waited for a device that does not answer, when freeing. */
#define SETTLE_NS (G_GUINT64_CONSTANT (10) * 1000000000)

/* --- objects --------------------------------------------------------------------- */

static gboolean
new_pool (VkProgram * program, guint32 family, VkCommandPool * pool,
    GError ** error)
{
  SgVkContext *context = program->context;
  const VkCommandPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
    .queueFamilyIndex = family,
  };

  return vk_check (context, context->table.vkCreateCommandPool (context->vk,
          &info, NULL, pool), "vkCreateCommandPool", error);
}

static gboolean
new_commands (VkProgram * program, VkCommandPool pool,
    VkCommandBuffer * commands, guint n, GError ** error)
{
  SgVkContext *context = program->context;
  const VkCommandBufferAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = n,
  };

  return vk_check (context,
      context->table.vkAllocateCommandBuffers (context->vk, &info, commands),
      "vkAllocateCommandBuffers", error);
}

static gboolean
new_fence (VkProgram * program, VkFence * fence, GError ** error)
{
  SgVkContext *context = program->context;
  const VkFenceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
    .flags = VK_FENCE_CREATE_SIGNALED_BIT,
  };

  return vk_check (context, context->table.vkCreateFence (context->vk, &info,
          NULL, fence), "vkCreateFence", error);
}

static gboolean
new_semaphore (VkProgram * program, VkSemaphore * semaphore, GError ** error)
{
  SgVkContext *context = program->context;
  const VkSemaphoreCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
  };

  return vk_check (context, context->table.vkCreateSemaphore (context->vk,
          &info, NULL, semaphore), "vkCreateSemaphore", error);
}

static gboolean
new_queries (VkProgram * program, VkQueryPool * queries, GError ** error)
{
  SgVkContext *context = program->context;
  const VkQueryPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
    .queryType = VK_QUERY_TYPE_TIMESTAMP,
    .queryCount = program_n_queries (program),
  };

  if (program->device->features.timestamp_ns == 0)
    return TRUE;
  return vk_check (context, context->table.vkCreateQueryPool (context->vk,
          &info, NULL, queries), "vkCreateQueryPool", error);
}

/* For copies of rows on a queue of their own. */
static gboolean
init_transfer (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  return !program->transfer
      || (new_pool (program, program->context->transfer_family,
          &slot->transfer_pool, error)
      && new_commands (program, slot->transfer_pool, &slot->upload_commands, 1,
          error)
      && new_commands (program, slot->transfer_pool, &slot->download_commands,
          1, error)
      && new_semaphore (program, &slot->uploaded, error)
      && new_semaphore (program, &slot->computed, error)
      && new_fence (program, &slot->copied, error)
      && new_fence (program, &slot->downloaded, error));
}

static gboolean
init_commands (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  guint n = program->desc.n_states > 0 ? 2 : 1;

  for (guint i = 0; i < n; i++) {
    ProgramCommands *commands = &slot->commands[i];

    commands->segments = g_new0 (VkCommandBuffer, program->segments->len);
    commands->sets = program_sets_new (program, error);
    if (commands->sets == VK_NULL_HANDLE
        || !new_commands (program, slot->pool, commands->segments,
            program->segments->len, error)
        || !new_commands (program, slot->pool, &commands->reset, 1, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
init_tensors (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  if (program->in_bytes > 0) {
    slot->tensors_in = program_buffer_new (program, VK_HEAP_UPLOAD,
        program->in_bytes, error);
    if (slot->tensors_in == NULL)
      return FALSE;
  }
  if (program->out_bytes > 0) {
    slot->tensors_out = program_buffer_new (program, VK_HEAP_DOWNLOAD,
        program->out_bytes, error);
    if (slot->tensors_out == NULL)
      return FALSE;
  }
  if (program->checks->len == 0)
    return TRUE;
  slot->flag = program_buffer_new (program, VK_HEAP_DOWNLOAD,
      sizeof (guint32), error);
  return slot->flag != NULL;
}

gboolean
program_slot_init (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  return new_pool (program, program->context->queue_family, &slot->pool, error)
      && init_commands (program, slot, error)
      && init_transfer (program, slot, error)
      && new_fence (program, &slot->done, error)
      && new_queries (program, &slot->queries, error)
      && init_tensors (program, slot, error);
}

static void
clear_rows (VkProgram * program, ProgramSlot * slot)
{
  if (program->direct)
    slot->rows_in = slot->rows_out = NULL;
  program_buffer_clear (program, &slot->rows_in);
  program_buffer_clear (program, &slot->rows_out);
  program_buffer_clear (program, &slot->upload);
  program_buffer_clear (program, &slot->download);
}

void
program_slot_clear (VkProgram * program, ProgramSlot * slot)
{
  VkDevice device = program->context->vk;
  const struct VolkDeviceTable *table = &program->context->table;

  program_slot_settle (program, slot);
  g_clear_pointer (&slot->frame, program_frame_unref);
  clear_rows (program, slot);
  program_buffer_clear (program, &slot->tensors_in);
  program_buffer_clear (program, &slot->tensors_out);
  program_buffer_clear (program, &slot->flag);
  for (guint i = 0; i < 2; i++) {
    table->vkDestroyDescriptorPool (device, slot->commands[i].sets, NULL);
    g_free (slot->commands[i].segments);
  }
  table->vkDestroyCommandPool (device, slot->pool, NULL);
  table->vkDestroyCommandPool (device, slot->transfer_pool, NULL);
  table->vkDestroySemaphore (device, slot->uploaded, NULL);
  table->vkDestroySemaphore (device, slot->computed, NULL);
  table->vkDestroyFence (device, slot->copied, NULL);
  table->vkDestroyFence (device, slot->done, NULL);
  table->vkDestroyFence (device, slot->downloaded, NULL);
  table->vkDestroyQueryPool (device, slot->queries, NULL);
}

/* What is waited for has been submitted: a fence that has not is signalled. The
 * result does not matter: nothing will come of the slot in any case. */
void
program_slot_settle (VkProgram * program, ProgramSlot * slot)
{
  VkFence fences[3];
  guint n = 0;

  if (slot->copied)
    fences[n++] = slot->copied;
  if (slot->done)
    fences[n++] = slot->done;
  if (slot->downloaded)
    fences[n++] = slot->downloaded;
  if (n > 0)
    program->context->table.vkWaitForFences (program->context->vk, n, fences,
        VK_TRUE, SETTLE_NS);
}

/* --- frames ------------------------------------------------------------------------ */

void
program_frame_unref (ProgramFrame * frame)
{
  if (--frame->ref_count > 0)
    return;
  vk_frame_free (frame->vk);
  g_free (frame);
}

/* program->frame becomes one that fits. */
static gboolean
find_frame (VkProgram * program, const SgImage * image, GError ** error)
{
  SgVkPipeline *pipelines[8];
  ProgramFrame *frame;
  SgVkFrame *vk;
  guint n;

  if (program->frame && vk_frame_fits (program->frame->vk, image))
    return TRUE;
  vk = vk_frame_new (program->device, image, program->desc.frames, error);
  if (vk == NULL)
    return FALSE;
  n = vk_frame_pipelines (vk, pipelines, G_N_ELEMENTS (pipelines));
  if (!vk_pipelines_compile (program->context, program->device->base.threads,
          pipelines, n, error)) {
    vk_frame_free (vk);
    return FALSE;
  }
  frame = g_new0 (ProgramFrame, 1);
  frame->ref_count = 1;
  frame->vk = vk;
  frame->serial = ++program->serial;
  g_clear_pointer (&program->frame, program_frame_unref);
  program->frame = frame;
  return TRUE;
}

static gboolean
make_rows (VkProgram * program, ProgramSlot * slot, VkDeviceSize bytes,
    GError ** error)
{
  if (slot->download && slot->download->bytes == bytes)
    return TRUE;
  clear_rows (program, slot);
  slot->upload = program_buffer_new (program, VK_HEAP_UPLOAD, bytes, error);
  if (slot->upload == NULL)
    return FALSE;
  if (!program->direct) {
    slot->rows_in = program_buffer_new (program, VK_HEAP_DEVICE, bytes, error);
    if (slot->rows_in == NULL)
      return FALSE;
    slot->rows_out = program_buffer_new (program, VK_HEAP_DEVICE, bytes, error);
    if (slot->rows_out == NULL)
      return FALSE;
  }
  slot->download = program_buffer_new (program, VK_HEAP_DOWNLOAD, bytes, error);
  if (slot->download == NULL)
    return FALSE;
  if (program->direct) {
    slot->rows_in = slot->upload;
    slot->rows_out = slot->download;
  }
  return TRUE;
}

gboolean
program_slot_set_frame (VkProgram * program, ProgramSlot * slot,
    const SgRun * run, GError ** error)
{
  if (program->desc.frames == NULL)
    return TRUE;
  if (!find_frame (program, run->source, error))
    return FALSE;
  if (!vk_frame_fits (program->frame->vk, run->target)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "source and target differ in size or format");
    return FALSE;
  }
  g_clear_pointer (&slot->frame, program_frame_unref);
  slot->frame = program->frame;
  slot->frame->ref_count++;
  return make_rows (program, slot, vk_frame_bytes (slot->frame->vk), error);
}
