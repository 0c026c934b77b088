/* gst-stylegan: recording what a program does
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/program.h"

typedef struct
{
  SgVkRange range;
  gboolean written, copied;     /* by vkCmdCopyBuffer, rather than a shader */
} Access;

/* The command buffer that is being written. */
typedef struct
{
  VkProgram *program;
  ProgramSlot *slot;
  VkCommandBuffer vk;
  VkDescriptorPool sets;
  guint parity;
  GArray *touched;              /* Access: since the last barrier for all */
  guint since_shaders;          /* of these, since the last one between shaders */
  GArray *next;                 /* Access: of what comes next */
  SgVkRange *inputs, *outputs;  /* arguments of a step */
} Recorder;

/* --- order ------------------------------------------------------------------------ */

static void
will_access (Recorder * recorder, const SgVkRange * range, gboolean written)
{
  Access access = { *range, written, FALSE };

  if (range->vk != VK_NULL_HANDLE && range->bytes > 0)
    g_array_append_val (recorder->next, access);
}

static gboolean
conflict (const Access * a, const Access * b)
{
  return (a->written || b->written) && a->range.vk == b->range.vk
      && a->range.offset < b->range.offset + b->range.bytes
      && b->range.offset < a->range.offset + a->range.bytes;
}

/* Between everything before and everything behind, the host too. */
static void
barrier (Recorder * recorder)
{
  vk_barrier (recorder->program->context, recorder->vk);
  g_array_set_size (recorder->touched, 0);
  recorder->since_shaders = 0;
}

/* A barrier, if something since the last one has to be over before what
 * will_access () has announced: @copied, or dispatches. Between shaders the lesser
 * one does. */
static void
order (Recorder * recorder, gboolean copied)
{
  gboolean shaders = FALSE, all = FALSE;

  for (guint i = 0; i < recorder->touched->len && !all; i++) {
    const Access *before = &g_array_index (recorder->touched, Access, i);
    gboolean copies = before->copied || copied;

    if (!copies && (i < recorder->since_shaders || shaders))
      continue;
    for (guint k = 0; k < recorder->next->len; k++)
      if (conflict (before, &g_array_index (recorder->next, Access, k)))
        *(copies ? &all : &shaders) = TRUE;
  }
  if (all) {
    barrier (recorder);
  } else if (shaders) {
    vk_barrier_shaders (recorder->program->context, recorder->vk);
    recorder->since_shaders = recorder->touched->len;
  }
  for (guint k = 0; k < recorder->next->len; k++)
    g_array_index (recorder->next, Access, k).copied = copied;
  g_array_append_vals (recorder->touched, recorder->next->data,
      recorder->next->len);
  g_array_set_size (recorder->next, 0);
}

static void
copy (Recorder * recorder, const SgVkRange * to, const SgVkRange * from)
{
  const VkBufferCopy region = {
    from->offset, to->offset, MIN (to->bytes, from->bytes)
  };

  /* a tensor without elements */
  if (region.size == 0)
    return;
  will_access (recorder, from, FALSE);
  will_access (recorder, to, TRUE);
  order (recorder, TRUE);
  recorder->program->context->table.vkCmdCopyBuffer (recorder->vk, from->vk,
      to->vk, 1, &region);
}

static void
stamp (Recorder * recorder, guint query)
{
  if (recorder->slot->queries != VK_NULL_HANDLE)
    recorder->program->context->table.vkCmdWriteTimestamp (recorder->vk,
        VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, recorder->slot->queries, query);
}

/* --- where things are --------------------------------------------------------------- */

static SgVkRange
whole (const SgVkBuffer * buffer)
{
  return (SgVkRange) {
  buffer->vk, 0, buffer->bytes};
}

static SgVkRange
value_range (const Recorder * recorder, guint value)
{
  const VkProgram *program = recorder->program;
  const SgProgramValue *v;
  gsize bytes;

  if (value == 0)
    return (SgVkRange) {
    VK_NULL_HANDLE, 0, 0};
  v = &program->desc.values[value - 1];
  bytes = vk_tensor_bytes (program->device, &v->desc);
  if (program->reads_state[value - 1])
    return whole (program->past->buffers[program->reads_state[value -
                1] - 1][recorder->parity]);
  if (program->writes_state[value - 1])
    return whole (program->past->buffers[program->writes_state[value -
                1] - 1][1 - recorder->parity]);
  if (v->constant)
    return program->constants[value - 1] ? whole (program->constants[value - 1])
        : (SgVkRange) {
    VK_NULL_HANDLE, 0, 0};
  return (SgVkRange) {
  program->arena->vk, v->offset, bytes};
}

static SgVkRange
mirror_range (const Recorder * recorder, guint value)
{
  const VkProgram *program = recorder->program;

  return (SgVkRange) {
  program->mirror->vk, program->mirrors[value - 1].offset,
        vk_tensor_bytes (program->device, program_desc (program, value))};
}

/* --- steps -------------------------------------------------------------------------- */

static gboolean
record_kernel (Recorder * recorder, SgVkKernel * kernel, guint n_inputs,
    guint n_outputs, GError ** error)
{
  VkProgram *program = recorder->program;
  SgVkRange scratch = { VK_NULL_HANDLE, 0, 0 };

  if (kernel->base.scratch_bytes > 0)
    scratch = (SgVkRange) {
    program->scratch->vk, 0, kernel->base.scratch_bytes};
  for (guint k = 0; k < n_inputs; k++)
    will_access (recorder, &recorder->inputs[k], FALSE);
  for (guint k = 0; k < n_outputs; k++)
    will_access (recorder, &recorder->outputs[k], TRUE);
  will_access (recorder, &scratch, TRUE);
  order (recorder, FALSE);
  return vk_kernel_record (kernel, recorder->vk, recorder->sets,
      recorder->inputs, recorder->outputs, &scratch, error);
}

static gboolean
record_step (Recorder * recorder, guint index, GError ** error)
{
  const SgProgramStep *step = &recorder->program->desc.steps[index];

  for (guint k = 0; k < step->n_inputs; k++)
    recorder->inputs[k] = value_range (recorder, step->inputs[k]);
  for (guint k = 0; k < step->n_outputs; k++)
    recorder->outputs[k] = value_range (recorder, step->outputs[k]);
  if (!record_kernel (recorder, (SgVkKernel *) step->kernel, step->n_inputs,
          step->n_outputs, error))
    return FALSE;
  /* Steps are timed one by one; otherwise they may overlap. */
  if (recorder->program->profiling) {
    barrier (recorder);
    stamp (recorder, QUERY_STEPS + index);
  }
  return TRUE;
}

/* --- from the host and to the host ----------------------------------------------------- */

static gboolean
record_load (Recorder * recorder, GError ** error)
{
  VkProgram *program = recorder->program;
  ProgramSlot *slot = recorder->slot;
  SgVkRange rows, tensor;

  for (guint i = 0; i < program->desc.n_inputs; i++)
    if (program_is_tensor (program, i, FALSE)) {
      SgVkRange from;

      tensor = value_range (recorder, program->desc.inputs[i]);
      if (tensor.bytes == 0)
        continue;
      from = (SgVkRange) {
      slot->tensors_in->vk, program->in_offsets[i], tensor.bytes};
      copy (recorder, &tensor, &from);
    }
  if (slot->frame == NULL)
    return TRUE;
  rows = whole (slot->rows_in);
  if (!program->direct && !program->transfer) {
    SgVkRange from = whole (slot->upload);

    copy (recorder, &rows, &from);
  }
  tensor = value_range (recorder, program->desc.inputs[0]);
  will_access (recorder, &rows, FALSE);
  will_access (recorder, &tensor, TRUE);
  order (recorder, FALSE);
  return vk_frame_record_load (slot->frame->vk, recorder->vk, recorder->sets,
      &rows, &tensor, error);
}

static gboolean
record_checks (Recorder * recorder, GError ** error)
{
  VkProgram *program = recorder->program;

  for (guint i = 0; i < program->checks->len; i++) {
    SgVkKernel *kernel = g_ptr_array_index (program->checks, i);
    guint value = g_array_index (program->checked, guint, i);

    recorder->inputs[0] = value_range (recorder, value);
    recorder->outputs[0] = whole (recorder->slot->flag);
    /* All of them write the same number, if they write: no order among them. */
    if (i > 0) {
      will_access (recorder, &recorder->inputs[0], FALSE);
      order (recorder, FALSE);
      if (!vk_kernel_record (kernel, recorder->vk, recorder->sets,
              recorder->inputs, recorder->outputs, NULL, error))
        return FALSE;
    } else if (!record_kernel (recorder, kernel, 1, 1, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
record_store (Recorder * recorder, GError ** error)
{
  VkProgram *program = recorder->program;
  ProgramSlot *slot = recorder->slot;

  if (slot->frame) {
    SgVkRange tensor = value_range (recorder, program->desc.outputs[0]);
    SgVkRange source = whole (slot->rows_in), rows = whole (slot->rows_out);

    will_access (recorder, &tensor, FALSE);
    will_access (recorder, &source, FALSE);
    will_access (recorder, &rows, TRUE);
    order (recorder, FALSE);
    if (!vk_frame_record_store (slot->frame->vk, recorder->vk, recorder->sets,
            &tensor, &source, &rows, error))
      return FALSE;
  }
  if (!record_checks (recorder, error))
    return FALSE;
  if (slot->frame && !program->direct && !program->transfer) {
    SgVkRange to = whole (slot->download), rows = whole (slot->rows_out);

    copy (recorder, &to, &rows);
  }
  for (guint i = 0; i < program->desc.n_outputs; i++)
    if (program_is_tensor (program, i, TRUE)) {
      SgVkRange from = value_range (recorder, program->desc.outputs[i]), to;

      if (from.bytes == 0)
        continue;
      to = (SgVkRange) {
      slot->tensors_out->vk, program->out_offsets[i], from.bytes};
      copy (recorder, &to, &from);
    }
  return TRUE;
}

/* --- segments ----------------------------------------------------------------------------- */

static gboolean
begin (VkProgram * program, VkCommandBuffer commands, GError ** error)
{
  SgVkContext *context = program->context;
  const VkCommandBufferBeginInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
  };

  return vk_check (context, context->table.vkBeginCommandBuffer (commands,
          &info), "vkBeginCommandBuffer", error);
}

static gboolean
end (VkProgram * program, VkCommandBuffer commands, GError ** error)
{
  SgVkContext *context = program->context;

  return vk_check (context, context->table.vkEndCommandBuffer (commands),
      "vkEndCommandBuffer", error);
}

static gboolean
record_begin (Recorder * recorder, GError ** error)
{
  VkProgram *program = recorder->program;
  ProgramSlot *slot = recorder->slot;

  if (slot->queries != VK_NULL_HANDLE)
    program->context->table.vkCmdResetQueryPool (recorder->vk, slot->queries,
        0, program_n_queries (program));
  stamp (recorder, QUERY_BEGIN);
  if (!record_load (recorder, error))
    return FALSE;
  stamp (recorder, QUERY_LOADED);
  return TRUE;
}

static gboolean
record_steps (Recorder * recorder, guint index, GError ** error)
{
  VkProgram *program = recorder->program;
  const ProgramSegment *segment = &g_array_index (program->segments,
      ProgramSegment, index);

  if (program->profiling) {
    barrier (recorder);
    stamp (recorder, program_query_segment (program, index));
  }
  for (guint i = segment->begin; i < segment->end; i++)
    if (!record_step (recorder, i, error))
      return FALSE;
  return TRUE;
}

static gboolean
record_segment (Recorder * recorder, guint index, GError ** error)
{
  VkProgram *program = recorder->program;
  const ProgramSegment *segment = &g_array_index (program->segments,
      ProgramSegment, index);

  /* Behind everything that was submitted before. */
  barrier (recorder);
  if (index == 0 && !record_begin (recorder, error))
    return FALSE;
  for (guint i = 0; i < segment->from_host->len; i++) {
    guint value = g_array_index (segment->from_host, guint, i);
    SgVkRange to = value_range (recorder, value);
    SgVkRange from = mirror_range (recorder, value);

    copy (recorder, &to, &from);
  }
  if (!record_steps (recorder, index, error))
    return FALSE;
  for (guint i = 0; i < segment->to_host->len; i++) {
    guint value = g_array_index (segment->to_host, guint, i);
    SgVkRange from = value_range (recorder, value);
    SgVkRange to = mirror_range (recorder, value);

    copy (recorder, &to, &from);
  }
  if (index + 1 == program->segments->len) {
    stamp (recorder, QUERY_RUN);
    if (!record_store (recorder, error))
      return FALSE;
    stamp (recorder, QUERY_STORED);
  }
  /* To the host. */
  barrier (recorder);
  return TRUE;
}

static gboolean
record_segments (Recorder * recorder, ProgramCommands * commands,
    GError ** error)
{
  VkProgram *program = recorder->program;

  for (guint i = 0; i < program->segments->len; i++) {
    recorder->vk = commands->segments[i];
    if (!begin (program, recorder->vk, error)
        || !record_segment (recorder, i, error)
        || !end (program, recorder->vk, error))
      return FALSE;
  }
  return TRUE;
}

/* Run before the segments where the states are to be zeros. */
static gboolean
record_reset (Recorder * recorder, ProgramCommands * commands, GError ** error)
{
  VkProgram *program = recorder->program;

  recorder->vk = commands->reset;
  if (!begin (program, recorder->vk, error))
    return FALSE;
  barrier (recorder);
  for (guint i = 0; i < program->desc.n_states; i++)
    program->context->table.vkCmdFillBuffer (recorder->vk,
        program->past->buffers[i][recorder->parity]->vk, 0, VK_WHOLE_SIZE, 0);
  return end (program, recorder->vk, error);
}

static guint
max_args (const VkProgram * program)
{
  guint n = 1;

  for (guint i = 0; i < program->desc.n_steps; i++)
    n = MAX (n, MAX (program->desc.steps[i].n_inputs,
            program->desc.steps[i].n_outputs));
  return n;
}

static gboolean
record_commands (VkProgram * program, ProgramSlot * slot,
    ProgramCommands * commands, GError ** error)
{
  g_autofree SgVkRange *inputs = g_new (SgVkRange, max_args (program));
  g_autofree SgVkRange *outputs = g_new (SgVkRange, max_args (program));
  g_autoptr (GArray) touched = g_array_new (FALSE, FALSE, sizeof (Access));
  g_autoptr (GArray) next = g_array_new (FALSE, FALSE, sizeof (Access));
  Recorder recorder = {
    .program = program, .slot = slot, .sets = commands->sets,
    .parity = slot->parity, .touched = touched, .next = next,
    .inputs = inputs, .outputs = outputs,
  };
  SgVkContext *context = program->context;

  commands->recorded = FALSE;
  if (!vk_check (context, context->table.vkResetDescriptorPool (context->vk,
              commands->sets, 0), "vkResetDescriptorPool", error)
      || !record_reset (&recorder, commands, error)
      || !record_segments (&recorder, commands, error))
    return FALSE;
  commands->recorded = TRUE;
  commands->profiled = program->profiling;
  commands->frame = slot->frame ? slot->frame->serial : 0;
  return TRUE;
}

/* --- copies of rows ------------------------------------------------------------------------- */

static gboolean
record_transfers (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  const struct VolkDeviceTable *table = &program->context->table;
  const VkBufferCopy region = { 0, 0, slot->upload->bytes };
  const VkMemoryBarrier to_host = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_HOST_READ_BIT,
  };

  slot->copied_frame = 0;
  if (!begin (program, slot->upload_commands, error))
    return FALSE;
  table->vkCmdCopyBuffer (slot->upload_commands, slot->upload->vk,
      slot->rows_in->vk, 1, &region);
  if (!end (program, slot->upload_commands, error)
      || !begin (program, slot->download_commands, error))
    return FALSE;
  table->vkCmdCopyBuffer (slot->download_commands, slot->rows_out->vk,
      slot->download->vk, 1, &region);
  table->vkCmdPipelineBarrier (slot->download_commands,
      VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1,
      &to_host, 0, NULL, 0, NULL);
  if (!end (program, slot->download_commands, error))
    return FALSE;
  slot->copied_frame = slot->frame->serial;
  return TRUE;
}

/* --- front ------------------------------------------------------------------------------------ */

guint
program_query_segment (const VkProgram * program, guint segment)
{
  return QUERY_STEPS + program->desc.n_steps + segment;
}

guint
program_n_queries (const VkProgram * program)
{
  return program_query_segment (program, program->segments->len);
}

static void
count_sets (const SgVkKernel * kernel, guint * n_sets, guint * n_buffers)
{
  *n_sets += kernel->dispatches->len;
  for (guint i = 0; i < kernel->dispatches->len; i++)
    *n_buffers += g_array_index (kernel->dispatches, SgVkDispatch,
        i).pipeline->n_bindings;
}

VkDescriptorPool
program_sets_new (VkProgram * program, GError ** error)
{
  SgVkContext *context = program->context;
  /* load and store of frames */
  guint n_sets = 2, n_buffers = 2 * VK_MAX_BINDINGS;
  VkDescriptorPoolSize size = { VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, };
  VkDescriptorPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .poolSizeCount = 1,
    .pPoolSizes = &size,
  };
  VkDescriptorPool pool = VK_NULL_HANDLE;

  for (guint i = 0; i < program->desc.n_steps; i++)
    if (!program_is_host (program, &program->desc.steps[i]))
      count_sets ((const SgVkKernel *) program->desc.steps[i].kernel, &n_sets,
          &n_buffers);
  for (guint i = 0; i < program->checks->len; i++)
    count_sets (g_ptr_array_index (program->checks, i), &n_sets, &n_buffers);
  size.descriptorCount = n_buffers;
  info.maxSets = n_sets;
  if (!vk_check (context, context->table.vkCreateDescriptorPool (context->vk,
              &info, NULL, &pool), "vkCreateDescriptorPool", error))
    return VK_NULL_HANDLE;
  return pool;
}

gboolean
program_record (VkProgram * program, ProgramSlot * slot, GError ** error)
{
  ProgramCommands *commands = &slot->commands[slot->parity];
  guint frame = slot->frame ? slot->frame->serial : 0;

  if (program->transfer && slot->copied_frame != frame
      && !record_transfers (program, slot, error))
    return FALSE;
  if (commands->recorded && commands->frame == frame
      && commands->profiled == program->profiling)
    return TRUE;
  return record_commands (program, slot, commands, error);
}
