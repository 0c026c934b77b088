/* gst-stylegan: states of a program, there and back
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/program.h"

static const SgTensorDesc *
get_desc (const VkProgram * program, guint index)
{
  return program_desc (program,
      program->desc.inputs[program->desc.states[index][1]]);
}

/* What the next run reads. */
static SgVkBuffer *
get_buffer (const VkProgram * program, guint index)
{
  return program->past->buffers[index][program->past->parity];
}

static gboolean
upload (VkProgram * program, guint index, gconstpointer packed, GError ** error)
{
  return vk_upload (program->context, get_buffer (program, index), 0, packed,
      vk_tensor_bytes (program->device, get_desc (program, index)), error);
}

gboolean
vk_program_get_state (SgProgram * base, guint index, gpointer data,
    GError ** error)
{
  VkProgram *program = (VkProgram *) base;
  const SgTensorDesc *desc = get_desc (program, index);
  gsize bytes = vk_tensor_bytes (program->device, desc);
  g_autofree gpointer packed = g_malloc0 (bytes);

  if (!program->past->reset && !vk_download (program->context,
          get_buffer (program, index), 0, packed, bytes, error))
    return FALSE;
  vk_tensor_unpack (program->device, desc, packed, data);
  return TRUE;
}

/* A reset that is still to come would take the new state too: it is done here. */
static gboolean
do_reset (VkProgram * program, GError ** error)
{
  for (guint i = 0; program->past->reset && i < program->desc.n_states; i++) {
    g_autofree gpointer zeros = g_malloc0 (vk_tensor_bytes (program->device,
            get_desc (program, i)));

    if (!upload (program, i, zeros, error))
      return FALSE;
  }
  program->past->reset = FALSE;
  return TRUE;
}

gboolean
vk_program_set_state (SgProgram * base, guint index, gconstpointer data,
    GError ** error)
{
  VkProgram *program = (VkProgram *) base;
  const SgTensorDesc *desc = get_desc (program, index);
  g_autofree gpointer packed = g_malloc0 (vk_tensor_bytes (program->device,
          desc));

  vk_tensor_pack (program->device, desc, data, packed);
  return do_reset (program, error) && upload (program, index, packed, error);
}
