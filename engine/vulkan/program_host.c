/* gst-stylegan: steps of a program that run on the host
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What they read and write is copied from and to a mapped buffer, the mirror, by the
 * segments before and after, and converted between there and memory of the host. */
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "vulkan/program.h"

gboolean
program_is_host (const VkProgram * program, const SgProgramStep * step)
{
  return step->kernel->backend != program->device->base.backend;
}

/* --- segments ------------------------------------------------------------------- */

static void
clear_segment (gpointer data)
{
  ProgramSegment *segment = data;

  g_array_unref (segment->to_host);
  g_array_unref (segment->from_host);
}

static gboolean
contains (const GArray * values, guint value)
{
  for (guint i = 0; i < values->len; i++)
    if (g_array_index (values, guint, i) == value)
      return TRUE;
  return FALSE;
}

static gboolean
is_needed (const VkProgram * program, guint value, guint from_step)
{
  const SgProgramDesc *desc = &program->desc;

  for (guint i = 0; i < desc->n_outputs; i++)
    if (desc->outputs[i] == value)
      return TRUE;
  for (guint i = from_step; i < desc->n_steps; i++)
    for (guint k = 0; k < desc->steps[i].n_inputs; k++)
      if (desc->steps[i].inputs[k] == value)
        return TRUE;
  return FALSE;
}

/* What the host's steps of @segment need, and what they leave to @next. What dies
 * on the host stays there: the arena may have given its place away. */
static void
find_crossings (VkProgram * program, ProgramSegment * segment,
    ProgramSegment * next)
{
  g_autoptr (GArray) made = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = segment->end; i < segment->host_end; i++) {
    const SgProgramStep *step = &program->desc.steps[i];

    for (guint k = 0; k < step->n_inputs; k++) {
      guint value = step->inputs[k];

      if (value != 0 && program->desc.values[value - 1].constant == NULL
          && !contains (made, value) && !contains (segment->to_host, value))
        g_array_append_val (segment->to_host, value);
    }
    for (guint k = 0; k < step->n_outputs; k++) {
      g_array_append_val (made, step->outputs[k]);
      if (is_needed (program, step->outputs[k], segment->host_end))
        g_array_append_val (next->from_host, step->outputs[k]);
    }
  }
}

static void
add_segment (VkProgram * program)
{
  ProgramSegment segment = {
    .to_host = g_array_new (FALSE, FALSE, sizeof (guint)),
    .from_host = g_array_new (FALSE, FALSE, sizeof (guint)),
  };

  g_array_append_val (program->segments, segment);
}

static ProgramSegment *
nth_segment (VkProgram * program, guint n)
{
  return &g_array_index (program->segments, ProgramSegment, n);
}

static void
cut (VkProgram * program)
{
  const SgProgramDesc *desc = &program->desc;
  guint i = 0;

  program->segments = g_array_new (FALSE, FALSE, sizeof (ProgramSegment));
  g_array_set_clear_func (program->segments, clear_segment);
  add_segment (program);
  for (;;) {
    guint last = program->segments->len - 1;
    ProgramSegment *segment = nth_segment (program, last);

    segment->begin = i;
    while (i < desc->n_steps && !program_is_host (program, &desc->steps[i]))
      i++;
    segment->end = segment->host_end = i;
    if (i == desc->n_steps)
      return;
    while (i < desc->n_steps && program_is_host (program, &desc->steps[i]))
      i++;
    segment->host_end = i;
    add_segment (program);
    find_crossings (program, nth_segment (program, last),
        nth_segment (program, last + 1));
  }
}

/* --- memory --------------------------------------------------------------------- */

static gboolean
no_memory (gsize bytes, GError ** error)
{
  g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
      "a part of the model that runs on the CPU needs %.2f GiB at this size; "
      "%.2f GiB are free", bytes / (gdouble) (1 << 30),
      sg_memory_available () / (gdouble) (1 << 30));
  return FALSE;
}

/* Aligned and followed by readable bytes, as tensors are. */
static gpointer
allocate (gsize bytes, gpointer * aligned, GError ** error)
{
  guint8 *memory = NULL;

  bytes += 2 * SG_TENSOR_ALIGN;
  if (bytes < sg_memory_available ())
    memory = g_try_malloc0 (bytes);
  if (memory == NULL) {
    no_memory (bytes, error);
    return NULL;
  }
  *aligned = memory + (SG_TENSOR_ALIGN - (guintptr) memory % SG_TENSOR_ALIGN)
      % SG_TENSOR_ALIGN;
  return memory;
}

static gboolean
mirror_value (VkProgram * program, guint value, gsize * bytes, GError ** error)
{
  ProgramMirror *mirror = &program->mirrors[value - 1];
  const SgTensorDesc *desc = program_desc (program, value);
  SgTensor *constant = program->desc.values[value - 1].constant;

  if (mirror->data)
    return TRUE;
  if (constant) {
    mirror->data = constant->data;
    return TRUE;
  }
  mirror->memory = allocate (sg_tensor_desc_bytes (desc), &mirror->data, error);
  mirror->offset = *bytes;
  *bytes += vk_tensor_bytes (program->device, desc);
  return mirror->memory != NULL;
}

static gboolean
mirror_step (VkProgram * program, const SgProgramStep * step, gsize * bytes,
    GError ** error)
{
  for (guint k = 0; k < step->n_inputs; k++)
    if (step->inputs[k] != 0
        && !mirror_value (program, step->inputs[k], bytes, error))
      return FALSE;
  for (guint k = 0; k < step->n_outputs; k++)
    if (!mirror_value (program, step->outputs[k], bytes, error))
      return FALSE;
  return TRUE;
}

gboolean
program_host_init (VkProgram * program, GError ** error)
{
  gsize bytes = 0, scratch = 0, n_args = 1;

  cut (program);
  program->mirrors = g_new0 (ProgramMirror, program->desc.n_values + 1);
  if (program->segments->len == 1)
    return TRUE;
  for (guint i = 0; i < program->desc.n_steps; i++) {
    const SgProgramStep *step = &program->desc.steps[i];

    if (!program_is_host (program, step))
      continue;
    scratch = MAX (scratch, step->kernel->scratch_bytes);
    n_args = MAX (n_args, MAX (step->n_inputs, step->n_outputs));
    if (!mirror_step (program, step, &bytes, error))
      return FALSE;
  }
  program->host_in = g_new0 (gpointer, n_args);
  program->host_out = g_new0 (gpointer, n_args);
  program->host_scratch = g_try_malloc0 (scratch + 2 * SG_TENSOR_ALIGN);
  if (program->host_scratch == NULL)
    return no_memory (scratch, error);
  program->mirror = program_buffer_new (program, VK_HEAP_DOWNLOAD, bytes,
      error);
  return program->mirror != NULL;
}

void
program_host_clear (VkProgram * program)
{
  for (guint i = 0; program->mirrors && i < program->desc.n_values; i++)
    g_free (program->mirrors[i].memory);
  g_free (program->mirrors);
  g_free (program->host_in);
  g_free (program->host_out);
  g_free (program->host_scratch);
  program_buffer_clear (program, &program->mirror);
  g_clear_pointer (&program->segments, g_array_unref);
}

/* --- running -------------------------------------------------------------------- */

static gint64
clock_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

static gpointer
align (gpointer memory)
{
  guint8 *p = memory;

  return p + (SG_TENSOR_ALIGN - (guintptr) p % SG_TENSOR_ALIGN)
      % SG_TENSOR_ALIGN;
}

static gboolean
run_step (VkProgram * program, const SgProgramStep * step, GError ** error)
{
  for (guint k = 0; k < step->n_inputs; k++)
    program->host_in[k] = step->inputs[k] == 0 ? NULL
        : program->mirrors[step->inputs[k] - 1].data;
  for (guint k = 0; k < step->n_outputs; k++)
    program->host_out[k] = program->mirrors[step->outputs[k] - 1].data;
  return sg_kernel_run (step->kernel, program->host_out,
      (gconstpointer const *) program->host_in,
      align (program->host_scratch), error);
}

gboolean
program_host_run (VkProgram * program, const ProgramSegment * segment,
    GError ** error)
{
  const ProgramSegment *next = segment + 1;
  guint8 *mapped = program->mirror->mapped;

  vk_buffer_invalidate (program->mirror, 0, program->mirror->bytes);
  for (guint i = 0; i < segment->to_host->len; i++) {
    guint value = g_array_index (segment->to_host, guint, i);
    ProgramMirror *mirror = &program->mirrors[value - 1];

    vk_tensor_unpack (program->device, program_desc (program, value),
        mapped + mirror->offset, mirror->data);
  }
  for (guint i = segment->end; i < segment->host_end; i++) {
    gint64 start = clock_ns ();

    if (!run_step (program, &program->desc.steps[i], error))
      return FALSE;
    program->host_ns[i] = clock_ns () - start;
  }
  for (guint i = 0; i < next->from_host->len; i++) {
    guint value = g_array_index (next->from_host, guint, i);
    ProgramMirror *mirror = &program->mirrors[value - 1];

    vk_tensor_pack (program->device, program_desc (program, value),
        mirror->data, mapped + mirror->offset);
  }
  vk_buffer_flush (program->mirror, 0, program->mirror->bytes);
  return TRUE;
}
