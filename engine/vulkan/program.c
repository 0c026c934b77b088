/* gst-stylegan: making programs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/program.h"

#include "push/check_finite.h"

/* Of nn/check_finite.comp: elements of a workgroup. */
#define CHECK_GROUP (128 * 8)

/* --- helpers ------------------------------------------------------------------ */

SgVkBuffer *
program_buffer_new (VkProgram * program, SgVkHeap heap, VkDeviceSize bytes,
    GError ** error)
{
  SgVkBuffer *buffer = vk_buffer_new (program->context, heap, bytes, error);

  if (buffer)
    program->base.memory_bytes += bytes;
  return buffer;
}

void
program_buffer_clear (VkProgram * program, SgVkBuffer ** buffer)
{
  if (*buffer == NULL)
    return;
  program->base.memory_bytes -= (*buffer)->bytes;
  g_clear_pointer (buffer, vk_buffer_unref);
}

const SgTensorDesc *
program_desc (const VkProgram * program, guint value)
{
  return &program->desc.values[value - 1].desc;
}

gboolean
program_is_tensor (const VkProgram * program, guint index, gboolean output)
{
  guint value = output ? program->desc.outputs[index]
      : program->desc.inputs[index];

  if (program->desc.frames && index == 0)
    return FALSE;
  return !(output ? program->writes_state : program->reads_state)[value - 1];
}

static gsize
value_bytes (const VkProgram * program, guint value)
{
  return vk_tensor_bytes (program->device, program_desc (program, value));
}

/* --- memory ------------------------------------------------------------------- */

/* Values must be small enough for a binding. What is larger is as good as out of
 * memory: a smaller size helps. (The host could do such steps, but not in time.) */
static gboolean
check_sizes (VkProgram * program, GError ** error)
{
  VkDeviceSize max = program->device->features.max_storage_range;

  for (guint i = 0; i < program->desc.n_values; i++) {
    gsize bytes;

    if (program->desc.values[i].offset == G_MAXSIZE)
      continue;
    bytes = value_bytes (program, i + 1);
    if (bytes <= max)
      continue;
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "the model needs %.2f GiB in one piece at this size; the GPU has "
        "pieces of %.2f GiB", bytes / (gdouble) (1 << 30),
        max / (gdouble) (1 << 30));
    return FALSE;
  }
  return TRUE;
}

static void
clear_past (gpointer data)
{
  ProgramPast *past = data;

  for (guint i = 0; i < past->n; i++)
    for (guint k = 0; k < 2; k++)
      g_clear_pointer (&past->buffers[i][k], vk_buffer_unref);
}

/* Without buffers, unless they are another program's, too. */
static ProgramPast *
get_past (const SgProgramDesc * desc)
{
  ProgramPast *past;

  if (desc->states_of)
    return g_atomic_rc_box_acquire (((VkProgram *) desc->states_of)->past);
  past = g_atomic_rc_box_alloc0 (sizeof *past
      + desc->n_states * sizeof past->buffers[0]);
  past->n = desc->n_states;
  past->reset = TRUE;
  return past;
}

static gboolean
make_states (VkProgram * program, GError ** error)
{
  const SgProgramDesc *desc = &program->desc;

  for (guint i = 0; i < desc->n_states; i++) {
    guint out = desc->outputs[desc->states[i][0]];
    guint in = desc->inputs[desc->states[i][1]];

    program->writes_state[out - 1] = i + 1;
    program->reads_state[in - 1] = i + 1;
    for (guint k = 0; k < 2; k++) {
      SgVkBuffer **buffer = &program->past->buffers[i][k];

      if (*buffer == NULL)
        *buffer = program_buffer_new (program, VK_HEAP_DEVICE,
            value_bytes (program, in), error);
      if (*buffer == NULL)
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
make_constant (VkProgram * program, guint value, GError ** error)
{
  const SgTensor *constant = program->desc.values[value - 1].constant;
  gsize bytes = vk_tensor_bytes (program->device, &constant->desc);
  g_autofree gpointer data = NULL;

  if (program->constants[value - 1])
    return TRUE;
  data = g_try_malloc0 (bytes);
  if (data == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "no memory for a constant of %" G_GSIZE_FORMAT " bytes", bytes);
    return FALSE;
  }
  vk_tensor_pack (program->device, &constant->desc, constant->data, data);
  program->constants[value - 1] = vk_weights_get (program->context, data,
      bytes, error);
  return program->constants[value - 1] != NULL;
}

/* The constants that kernels of the device bind. */
static gboolean
make_constants (VkProgram * program, GError ** error)
{
  for (guint i = 0; i < program->desc.n_steps; i++) {
    const SgProgramStep *step = &program->desc.steps[i];
    const SgVkKernel *kernel = (const SgVkKernel *) step->kernel;

    if (program_is_host (program, step))
      continue;
    for (guint k = 0; k < step->n_inputs; k++)
      if (step->inputs[k] != 0
          && program->desc.values[step->inputs[k] - 1].constant
          && !(k < 32 && (kernel->captured & 1u << k))
          && !make_constant (program, step->inputs[k], error))
        return FALSE;
  }
  return TRUE;
}

/* Where the tensors of the caller lie in the buffers to and from the host. */
static void
place_tensors (VkProgram * program)
{
  for (guint i = 0; i < program->desc.n_inputs; i++)
    if (program_is_tensor (program, i, FALSE)) {
      program->in_offsets[i] = program->in_bytes;
      program->in_bytes += MAX (value_bytes (program, program->desc.inputs[i]),
          1);
    }
  for (guint i = 0; i < program->desc.n_outputs; i++)
    if (program_is_tensor (program, i, TRUE)) {
      program->out_offsets[i] = program->out_bytes;
      program->out_bytes += MAX (value_bytes (program,
              program->desc.outputs[i]), 1);
    }
}

static gboolean
make_memory (VkProgram * program, GError ** error)
{
  const SgProgramDesc *desc = &program->desc;

  if (desc->arena_bytes > 0) {
    program->arena = program_buffer_new (program, VK_HEAP_DEVICE,
        desc->arena_bytes, error);
    if (program->arena == NULL)
      return FALSE;
  }
  if (desc->scratch_bytes > 0) {
    program->scratch = program_buffer_new (program, VK_HEAP_DEVICE,
        desc->scratch_bytes, error);
    if (program->scratch == NULL)
      return FALSE;
  }
  if (!make_states (program, error) || !make_constants (program, error))
    return FALSE;
  place_tensors (program);
  return TRUE;
}

/* --- pipelines ------------------------------------------------------------------ */

/* In half precision, the results that could have overflowed are looked at. */
static gboolean
make_check (VkProgram * program, guint value, GError ** error)
{
  const SgTensorDesc *desc = program_desc (program, value);
  const guint32 constants[] = { vk_is_half (program->device, desc) };
  SgPushCheckFinite push = { (guint) sg_shape_elements (&desc->shape) };
  SgVkKernel *kernel;
  SgVkDispatch *dispatch;

  if (desc->dtype != SG_DTYPE_F32 || push.n == 0)
    return TRUE;
  kernel = g_new0 (SgVkKernel, 1);
  kernel->device = program->device;
  kernel->dispatches = g_array_new (FALSE, TRUE, sizeof (SgVkDispatch));
  kernel->buffers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vk_buffer_unref);
  g_ptr_array_add (program->checks, kernel);
  g_array_append_val (program->checked, value);
  dispatch = vk_kernel_add (kernel, "nn/check_finite", constants,
      G_N_ELEMENTS (constants), 0, error);
  if (dispatch == NULL)
    return FALSE;
  vk_dispatch_input (dispatch, 0);
  vk_dispatch_output (dispatch, 0);
  vk_dispatch_push (dispatch, &push, sizeof push);
  vk_dispatch_linear (kernel, dispatch, ((guint64) push.n + CHECK_GROUP - 1)
      / CHECK_GROUP);
  return TRUE;
}

static gboolean
make_checks (VkProgram * program, GError ** error)
{
  const SgProgramDesc *desc = &program->desc;

  if (!program->device->half)
    return TRUE;
  if (desc->frames)
    return make_check (program, desc->outputs[0], error);
  for (guint i = 0; i < desc->n_outputs; i++)
    if (!make_check (program, desc->outputs[i], error))
      return FALSE;
  return TRUE;
}

static void
add_pipelines (GPtrArray * pipelines, const SgVkKernel * kernel)
{
  for (guint i = 0; i < kernel->dispatches->len; i++)
    g_ptr_array_add (pipelines, g_array_index (kernel->dispatches,
            SgVkDispatch, i).pipeline);
}

static gboolean
compile (VkProgram * program, GError ** error)
{
  g_autoptr (GPtrArray) pipelines = g_ptr_array_new ();

  for (guint i = 0; i < program->desc.n_steps; i++)
    if (!program_is_host (program, &program->desc.steps[i]))
      add_pipelines (pipelines,
          (const SgVkKernel *) program->desc.steps[i].kernel);
  for (guint i = 0; i < program->checks->len; i++)
    add_pipelines (pipelines, g_ptr_array_index (program->checks, i));
  return vk_pipelines_compile (program->context, program->device->base.threads,
      (SgVkPipeline * const *) pipelines->pdata, pipelines->len, error);
}

/* --- making and freeing ----------------------------------------------------------- */

static void
free_check (gpointer kernel)
{
  vk_kernel_free (kernel);
}

static void
init (VkProgram * program, SgVkDevice * device, const SgProgramDesc * desc)
{
  program->device = device;
  program->context = vk_context_ref (device->context);
  program->desc = *desc;
  program->base.device = &device->base;
  program->constants = g_new0 (SgVkBuffer *, desc->n_values + 1);
  program->past = get_past (desc);
  program->reads_state = g_new0 (guint, desc->n_values + 1);
  program->writes_state = g_new0 (guint, desc->n_values + 1);
  program->in_offsets = g_new0 (gsize, desc->n_inputs + 1);
  program->out_offsets = g_new0 (gsize, desc->n_outputs + 1);
  program->checks = g_ptr_array_new_with_free_func (free_check);
  program->checked = g_array_new (FALSE, FALSE, sizeof (guint));
  program->steps_ns = g_new0 (gint64, desc->n_steps + 1);
  program->host_ns = g_new0 (gint64, desc->n_steps + 1);
  program->direct = device->features.unified_memory;
  program->transfer = !program->direct && device->features.transfer_queue
      && desc->frames != NULL;
}

static gboolean
make_slots (VkProgram * program, GError ** error)
{
  guint wanted = MAX (program->desc.frames_in_flight, 1);

  if (program->segments->len > 1)
    wanted = 1;
  /* Going from queue to queue takes time, and saves some only where there is
   * something to overlap with. */
  program->transfer &= wanted > 1;
  program->n_slots = wanted;
  program->slots = g_new0 (ProgramSlot, wanted);
  program->base.frames_in_flight = wanted;
  for (guint i = 0; i < wanted; i++)
    if (!program_slot_init (program, &program->slots[i], error))
      return FALSE;
  return TRUE;
}

SgProgram *
vk_program_new (SgDevice * device, const SgProgramDesc * desc, GError ** error)
{
  VkProgram *program = g_new0 (VkProgram, 1);

  init (program, (SgVkDevice *) device, desc);
  if (check_sizes (program, error) && program_host_init (program, error)
      && make_memory (program, error)
      && make_checks (program, error) && compile (program, error)
      && make_slots (program, error))
    return &program->base;
  vk_program_free (&program->base);
  return NULL;
}

void
vk_program_free (SgProgram * base)
{
  VkProgram *program = (VkProgram *) base;

  vk_program_discard (base);
  for (guint i = 0; i < program->n_slots; i++)
    program_slot_clear (program, &program->slots[i]);
  g_free (program->slots);
  g_clear_pointer (&program->frame, program_frame_unref);
  program_host_clear (program);
  g_atomic_rc_box_release_full (program->past, clear_past);
  for (guint i = 0; i < program->desc.n_values; i++)
    g_clear_pointer (&program->constants[i], vk_buffer_unref);
  program_buffer_clear (program, &program->arena);
  program_buffer_clear (program, &program->scratch);
  g_ptr_array_unref (program->checks);
  g_array_unref (program->checked);
  g_free (program->constants);
  g_free (program->reads_state);
  g_free (program->writes_state);
  g_free (program->in_offsets);
  g_free (program->out_offsets);
  g_free (program->steps_ns);
  g_free (program->host_ns);
  vk_context_unref (program->context);
  g_free (program);
}
