/* gst-stylegan: runs of a program
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "vulkan/program.h"

static gint64
now_ns (void)
{
  return g_get_monotonic_time () * 1000;
}

static ProgramSlot *
nth_slot (VkProgram * program, guint n)
{
  return &program->slots[(program->first + n) % program->n_slots];
}

/* --- queues ---------------------------------------------------------------------- */

static gboolean
check_lost (VkProgram * program, GError ** error)
{
  SgVkContext *context = program->context;

  return vk_check (context, vk_context_is_lost (context)
      ? VK_ERROR_DEVICE_LOST : VK_SUCCESS, "vkQueueSubmit", error);
}

/* A fence whose submission failed would never be signalled. */
static void
renew_fence (VkProgram * program, VkFence * fence)
{
  SgVkContext *context = program->context;
  const VkFenceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
    .flags = VK_FENCE_CREATE_SIGNALED_BIT,
  };

  context->table.vkDestroyFence (context->vk, *fence, NULL);
  if (context->table.vkCreateFence (context->vk, &info, NULL, fence)
      != VK_SUCCESS)
    *fence = VK_NULL_HANDLE;
}

typedef struct
{
  VkQueue queue;
  VkCommandBuffer commands[2];
  guint n_commands;
  VkSemaphore wait, signal;
  VkFence *fence;
} Batch;

static gboolean
submit (VkProgram * program, const Batch * batch, GError ** error)
{
  SgVkContext *context = program->context;
  const struct VolkDeviceTable *table = &context->table;
  const VkPipelineStageFlags stages = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
  const VkSubmitInfo info = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
    .waitSemaphoreCount = batch->wait != VK_NULL_HANDLE,
    .pWaitSemaphores = &batch->wait,
    .pWaitDstStageMask = &stages,
    .commandBufferCount = batch->n_commands,
    .pCommandBuffers = batch->commands,
    .signalSemaphoreCount = batch->signal != VK_NULL_HANDLE,
    .pSignalSemaphores = &batch->signal,
  };

  if (!check_lost (program, error))
    return FALSE;
  if (batch->fence && !vk_check (context, table->vkResetFences (context->vk, 1,
              batch->fence), "vkResetFences", error))
    return FALSE;
  if (vk_queue_submit (context, batch->queue, &info, 1,
          batch->fence ? *batch->fence : VK_NULL_HANDLE, error))
    return TRUE;
  if (batch->fence)
    renew_fence (program, batch->fence);
  return FALSE;
}

static gboolean
submit_segment (VkProgram * program, ProgramSlot * slot, guint index,
    GError ** error)
{
  const ProgramCommands *commands = &slot->commands[slot->parity];
  Batch batch = {
    .queue = program->context->queue,
    .wait = slot->uploaded,
    .signal = slot->computed,
    .fence = &slot->done,
  };

  if (index == 0 && slot->reset)
    batch.commands[batch.n_commands++] = commands->reset;
  batch.commands[batch.n_commands++] = commands->segments[index];
  return submit (program, &batch, error);
}

static gboolean
submit_upload (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  const Batch batch = {
    .queue = program->context->transfer_queue,
    .commands = {slot->upload_commands},
    .n_commands = 1,
    .signal = slot->uploaded,
    .fence = &slot->copied,
  };

  return !program->transfer || submit (program, &batch, error);
}

static gboolean
submit_download (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  const Batch batch = {
    .queue = program->context->transfer_queue,
    .commands = {slot->download_commands},
    .n_commands = 1,
    .wait = slot->computed,
    .fence = &slot->downloaded,
  };

  if (!program->transfer || slot->downloading)
    return TRUE;
  slot->downloading = TRUE;
  return submit (program, &batch, error);
}

/* --- submitting ------------------------------------------------------------------- */

/* What the run brings, into the slot's mapped memory. */
static void
take_inputs (VkProgram * program, ProgramSlot * slot)
{
  const SgRun *run = &slot->run;

  if (slot->frame) {
    vk_frame_read (slot->frame->vk, run->source, slot->upload->mapped,
        program->device->base.threads);
    vk_buffer_flush (slot->upload, 0, slot->upload->bytes);
  }
  /* without a buffer there are only tensors without elements */
  for (guint i = 0; i < program->desc.n_inputs && slot->tensors_in; i++)
    if (program_is_tensor (program, i, FALSE))
      vk_tensor_pack (program->device, &run->inputs[i]->desc,
          run->inputs[i]->data,
          (guint8 *) slot->tensors_in->mapped + program->in_offsets[i]);
  if (slot->tensors_in)
    vk_buffer_flush (slot->tensors_in, 0, slot->tensors_in->bytes);
  if (slot->flag) {
    memset (slot->flag->mapped, 0, sizeof (guint32));
    vk_buffer_flush (slot->flag, 0, sizeof (guint32));
  }
}

/* All that goes to the queues at once. A run with steps on the host does the rest
 * when it is collected. */
static gboolean
start (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  if (program->segments->len > 1)
    return check_lost (program, error);
  if (!submit_upload (program, slot, error))
    return FALSE;
  if (submit_segment (program, slot, 0, error))
    return TRUE;
  /* Nobody will take note of the upload. */
  if (program->transfer && !vk_context_is_lost (program->context)) {
    const Batch batch = {
      .queue = program->context->transfer_queue, .wait = slot->uploaded,
      .fence = &slot->downloaded,
    };

    submit (program, &batch, NULL);
    program_slot_settle (program, slot);
  }
  return FALSE;
}

/* Downloads wait for the computation of their run, and what comes after them in the
 * queue waits with them: so they go there as late as possible, behind the upload of
 * the run that is computed meanwhile. */
static gboolean
download_earlier (VkProgram * program, GError ** error)
{
  for (guint i = 0; i < program->n_running; i++)
    if (!submit_download (program, nth_slot (program, i), error))
      return FALSE;
  return TRUE;
}

gboolean
vk_program_submit (SgProgram * base, const SgRun * run, GError ** error)
{
  VkProgram *program = (VkProgram *) base;
  ProgramSlot *slot = nth_slot (program, program->n_running);

  g_return_val_if_fail (program->n_running < program->n_slots, FALSE);

  /* Over already, but for what a failure has left. */
  program_slot_settle (program, slot);
  slot->run = *run;
  slot->parity = program->past->parity;
  slot->reset = program->past->reset && program->desc.n_states > 0;
  slot->profiled = program->profiling;
  slot->downloading = FALSE;
  slot->begin_ns = now_ns ();
  if (!program_slot_set_frame (program, slot, run, error)
      || !program_record (program, slot, error))
    return FALSE;
  take_inputs (program, slot);
  slot->read_ns = now_ns () - slot->begin_ns;
  if (!start (program, slot, error))
    return FALSE;
  if (!download_earlier (program, error)) {
    program_slot_settle (program, slot);
    return FALSE;
  }
  program->n_running++;
  program->past->reset = FALSE;
  if (program->desc.n_states > 0)
    program->past->parity = 1 - program->past->parity;
  return TRUE;
}

/* --- collecting ------------------------------------------------------------------- */

static gboolean
finish_segments (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  guint n = program->segments->len;

  for (guint i = 0; i < n; i++) {
    const ProgramSegment *segment = &g_array_index (program->segments,
        ProgramSegment, i);

    if (!submit_segment (program, slot, i, error)
        || !vk_fence_wait (program->context, slot->done, error))
      return FALSE;
    if (i + 1 < n && !program_host_run (program, segment, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
finish (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  if (program->segments->len > 1)
    return finish_segments (program, slot, error);
  return submit_download (program, slot, error)
      && vk_fence_wait (program->context, slot->done, error)
      && (!program->transfer
      || vk_fence_wait (program->context, slot->downloaded, error));
}

static gboolean
check_flag (ProgramSlot * slot, GError ** error)
{
  if (slot->flag == NULL)
    return TRUE;
  vk_buffer_invalidate (slot->flag, 0, sizeof (guint32));
  if (*(const guint32 *) slot->flag->mapped == 0)
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_NOT_FINITE,
      "the result has numbers that are too large for half precision; use fp32");
  return FALSE;
}

static void
give_outputs (VkProgram * program, ProgramSlot * slot)
{
  const SgRun *run = &slot->run;

  if (slot->frame) {
    vk_buffer_invalidate (slot->download, 0, slot->download->bytes);
    vk_frame_write (slot->frame->vk, slot->download->mapped, run->target,
        program->device->base.threads);
  }
  if (slot->tensors_out)
    vk_buffer_invalidate (slot->tensors_out, 0, slot->tensors_out->bytes);
  for (guint i = 0; i < program->desc.n_outputs && slot->tensors_out; i++)
    if (program_is_tensor (program, i, TRUE))
      vk_tensor_unpack (program->device, &run->outputs[i]->desc,
          (const guint8 *) slot->tensors_out->mapped + program->out_offsets[i],
          run->outputs[i]->data);
}

/* --- times ------------------------------------------------------------------------ */

static gint64
between (VkProgram * program, const guint64 * ticks, guint from, guint to)
{
  const SgVkFeatures *features = &program->device->features;

  return (gint64) (((ticks[to] - ticks[from]) & features->timestamp_mask)
      * (gdouble) features->timestamp_ns);
}

static void
take_step_times (VkProgram * program, const guint64 * ticks)
{
  for (guint s = 0; s < program->segments->len; s++) {
    const ProgramSegment *segment = &g_array_index (program->segments,
        ProgramSegment, s);
    guint before = program_query_segment (program, s);

    for (guint i = segment->begin; i < segment->end; i++) {
      program->steps_ns[i] = between (program, ticks, before, QUERY_STEPS + i);
      before = QUERY_STEPS + i;
    }
    for (guint i = segment->end; i < segment->host_end; i++)
      program->steps_ns[i] = program->host_ns[i];
  }
}

static gboolean
get_ticks (VkProgram * program, ProgramSlot * slot, guint first, guint n,
    guint64 * ticks)
{
  SgVkContext *context = program->context;

  return n == 0 || context->table.vkGetQueryPoolResults (context->vk,
      slot->queries, first, n, n * sizeof *ticks, ticks + first, sizeof *ticks,
      VK_QUERY_RESULT_64_BIT) == VK_SUCCESS;
}

/* Queries of steps of the host are never written: each range is asked for alone. */
static void
take_profile (VkProgram * program, ProgramSlot * slot)
{
  g_autofree guint64 *ticks = g_new0 (guint64, program_n_queries (program));
  gboolean ok = get_ticks (program, slot, program_query_segment (program, 0),
      program->segments->len, ticks);

  for (guint s = 0; ok && s < program->segments->len; s++) {
    const ProgramSegment *segment = &g_array_index (program->segments,
        ProgramSegment, s);

    ok = get_ticks (program, slot, QUERY_STEPS + segment->begin,
        segment->end - segment->begin, ticks);
  }
  if (ok)
    take_step_times (program, ticks);
  program->times.steps_ns = ok ? program->steps_ns : NULL;
}

static void
take_times (VkProgram * program, ProgramSlot * slot, gint64 done_ns)
{
  guint64 ticks[QUERY_STEPS];

  program->times = (SgProgramTimes) {
  .load_ns = slot->read_ns, .store_ns = now_ns () - done_ns,};
  if (slot->queries == VK_NULL_HANDLE
      || !get_ticks (program, slot, 0, QUERY_STEPS, ticks)) {
    program->times.network_ns = done_ns - slot->begin_ns - slot->read_ns;
    return;
  }
  program->times.load_ns += between (program, ticks, QUERY_BEGIN, QUERY_LOADED);
  program->times.network_ns = between (program, ticks, QUERY_LOADED, QUERY_RUN);
  program->times.store_ns += between (program, ticks, QUERY_RUN, QUERY_STORED);
  if (slot->profiled)
    take_profile (program, slot);
}

gboolean
vk_program_collect (SgProgram * base, GError ** error)
{
  VkProgram *program = (VkProgram *) base;
  ProgramSlot *slot = nth_slot (program, 0);
  gint64 done;

  g_return_val_if_fail (program->n_running > 0, FALSE);

  if (!finish (program, slot, error)) {
    program_slot_settle (program, slot);
    program->first = (program->first + 1) % program->n_slots;
    program->n_running--;
    return FALSE;
  }
  program->first = (program->first + 1) % program->n_slots;
  program->n_running--;
  if (!check_flag (slot, error))
    return FALSE;
  done = now_ns ();
  give_outputs (program, slot);
  take_times (program, slot, done);
  return TRUE;
}

/* --- the rest ---------------------------------------------------------------------- */

/* Downloads are started, where that can be done, so that no semaphore stays as it
 * is. */
void
vk_program_discard (SgProgram * base)
{
  VkProgram *program = (VkProgram *) base;

  if (program->segments && program->segments->len == 1) {
    download_earlier (program, NULL);
  } else if (program->n_running > 0) {
    /* Not begun yet: the states are as they were. */
    program->past->reset |= nth_slot (program, 0)->reset;
    program->past->parity = nth_slot (program, 0)->parity;
  }
  for (guint i = 0; i < program->n_running; i++)
    program_slot_settle (program, nth_slot (program, i));
  if (program->n_slots > 0)
    program->first = (program->first + program->n_running) % program->n_slots;
  program->n_running = 0;
}

void
vk_program_reset (SgProgram * base)
{
  ((VkProgram *) base)->past->reset = TRUE;
}

/* What it read is still there. */
void
vk_program_undo (SgProgram * base)
{
  ProgramPast *past = ((VkProgram *) base)->past;

  past->parity = 1 - past->parity;
}

void
vk_program_set_profiling (SgProgram * base, gboolean enabled)
{
  ((VkProgram *) base)->profiling = enabled;
}

void
vk_program_get_times (SgProgram * base, SgProgramTimes * times)
{
  *times = ((VkProgram *) base)->times;
}
