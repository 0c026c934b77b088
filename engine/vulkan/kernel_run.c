/* gst-stylegan: a kernel alone, with memory of the host in and out
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/vk.h"

#include <string.h>

#define MAX_TENSORS 64          /* inputs and outputs, one bit each */

/* With SG_VULKAN_POISON=1: bytes behind each output that must stay as they are. */
#define CANARY_BYTES 4096
#define POISON 0xffffffffu      /* NaN as f32 and as f16 */

typedef struct
{
  SgVkKernel *kernel;
  SgVkContext *context;
  guint n;                      /* tensors: inputs, then outputs */
  SgVkBuffer *buffers[MAX_TENSORS];     /* NULL: omitted, captured */
  SgVkRange ranges[MAX_TENSORS];
  VkDeviceSize at[MAX_TENSORS]; /* in the buffers for transfers */
  SgVkBuffer *scratch, *upload, *download;
  VkDescriptorPool sets;
  gboolean poison;
} Run;

void
vk_tensor_pack (const SgVkDevice * device, const SgTensorDesc * desc,
    gconstpointer host, gpointer packed)
{
  const gfloat *from = host;
  guint16 *to = packed;

  if (!vk_is_half (device, desc)) {
    memcpy (packed, host, sg_tensor_desc_bytes (desc));
    return;
  }
  for (gint64 i = 0; i < sg_shape_elements (&desc->shape); i++)
    to[i] = sg_f32_to_f16 (from[i]);
}

void
vk_tensor_unpack (const SgVkDevice * device, const SgTensorDesc * desc,
    gconstpointer packed, gpointer host)
{
  const guint16 *from = packed;
  gfloat *to = host;

  if (!vk_is_half (device, desc)) {
    memcpy (host, packed, sg_tensor_desc_bytes (desc));
    return;
  }
  for (gint64 i = 0; i < sg_shape_elements (&desc->shape); i++)
    to[i] = sg_f16_to_f32 (from[i]);
}

static const SgTensorDesc *
get_desc (const SgVkKernel * kernel, guint index)
{
  return index < kernel->n_inputs ? &kernel->inputs[index]
      : &kernel->outputs[index - kernel->n_inputs];
}

/* --- memory --------------------------------------------------------------- */

static gboolean
make_tensor (Run * run, guint index, GError ** error)
{
  const SgTensorDesc *desc = get_desc (run->kernel, index);
  VkDeviceSize bytes = vk_tensor_bytes (run->kernel->device, desc);

  run->buffers[index] = vk_buffer_new (run->context, VK_HEAP_DEVICE,
      bytes + (run->poison ? CANARY_BYTES : 0), error);
  if (run->buffers[index] == NULL)
    return FALSE;
  run->ranges[index] = (SgVkRange) {
  run->buffers[index]->vk, 0, bytes};
  return TRUE;
}

static gboolean
make_buffers (Run * run, gboolean in_place, GError ** error)
{
  const SgVkKernel *kernel = run->kernel;
  VkDeviceSize in = 0, out = 0;

  for (guint i = 0; i < run->n; i++) {
    VkDeviceSize *sum = i < kernel->n_inputs ? &in : &out;

    if (get_desc (kernel, i)->dtype == SG_DTYPE_NONE
        || (i < kernel->n_inputs && kernel->captured & 1u << i))
      continue;
    if (in_place && i == kernel->n_inputs) {
      run->buffers[i] = vk_buffer_ref (run->buffers[0]);
      run->ranges[i] = run->ranges[0];
    } else if (!make_tensor (run, i, error)) {
      return FALSE;
    }
    run->at[i] = *sum;
    *sum += run->buffers[i]->bytes;
  }
  run->upload = vk_buffer_new (run->context, VK_HEAP_UPLOAD, in, error);
  run->download = run->upload ? vk_buffer_new (run->context,
      VK_HEAP_DOWNLOAD, out, error) : NULL;
  if (run->download == NULL)
    return FALSE;
  if (kernel->base.scratch_bytes == 0)
    return TRUE;
  run->scratch = vk_buffer_new (run->context, VK_HEAP_DEVICE,
      kernel->base.scratch_bytes, error);
  return run->scratch != NULL;
}

static gboolean
make_sets (Run * run, GError ** error)
{
  const GArray *dispatches = run->kernel->dispatches;
  VkDescriptorPoolSize size = { VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1 };
  const VkDescriptorPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .maxSets = MAX (dispatches->len, 1),
    .poolSizeCount = 1,
    .pPoolSizes = &size,
  };

  for (guint i = 0; i < dispatches->len; i++)
    size.descriptorCount +=
        g_array_index (dispatches, SgVkDispatch, i).pipeline->n_bindings;
  return vk_check (run->context,
      run->context->table.vkCreateDescriptorPool (run->context->vk, &info, NULL,
          &run->sets), "vkCreateDescriptorPool", error);
}

static void
run_clear (Run * run)
{
  run->context->table.vkDestroyDescriptorPool (run->context->vk, run->sets,
      NULL);
  for (guint i = 0; i < run->n; i++)
    vk_buffer_unref (run->buffers[i]);
  vk_buffer_unref (run->scratch);
  vk_buffer_unref (run->upload);
  vk_buffer_unref (run->download);
}

/* --- running -------------------------------------------------------------- */

static gboolean
compile (Run * run, GError ** error)
{
  const GArray *dispatches = run->kernel->dispatches;
  g_autoptr (GPtrArray) pipelines = g_ptr_array_new ();

  for (guint i = 0; i < dispatches->len; i++)
    g_ptr_array_add (pipelines,
        g_array_index (dispatches, SgVkDispatch, i).pipeline);
  return vk_pipelines_compile (run->context,
      run->kernel->device->base.threads,
      (SgVkPipeline * const *) pipelines->pdata, pipelines->len, error);
}

static void
copy_in (Run * run, gconstpointer const *inputs)
{
  const SgVkKernel *kernel = run->kernel;

  for (guint i = 0; i < kernel->n_inputs; i++) {
    guint8 *mapped = run->upload->mapped;

    if (run->buffers[i] == NULL)
      continue;
    memset (mapped + run->at[i], 0xff, run->buffers[i]->bytes);
    vk_tensor_pack (kernel->device, &kernel->inputs[i], inputs[i],
        mapped + run->at[i]);
  }
  vk_buffer_flush (run->upload, 0, run->upload->bytes);
}

static gboolean
copy_out (Run * run, gpointer const *outputs, GError ** error)
{
  const SgVkKernel *kernel = run->kernel;

  vk_buffer_invalidate (run->download, 0, run->download->bytes);
  for (guint i = 0; i < kernel->n_outputs; i++) {
    guint index = kernel->n_inputs + i;
    const guint8 *mapped = run->download->mapped;

    if (run->buffers[index] == NULL)
      continue;
    mapped += run->at[index];
    vk_tensor_unpack (kernel->device, &kernel->outputs[i], mapped, outputs[i]);
    for (VkDeviceSize k = run->ranges[index].bytes;
        k < run->buffers[index]->bytes; k++)
      if (mapped[k] != 0xff) {
        g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
            "a Vulkan kernel writes beside output %u, at byte %"
            G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, i, (guint64) k,
            (guint64) run->ranges[index].bytes);
        return FALSE;
      }
  }
  return TRUE;
}

static gboolean
record (Run * run, VkCommandBuffer commands, GError ** error)
{
  const struct VolkDeviceTable *table = &run->context->table;
  const SgVkKernel *kernel = run->kernel;
  SgVkRange scratch = { VK_NULL_HANDLE, 0, kernel->base.scratch_bytes };

  if (run->scratch)
    scratch.vk = run->scratch->vk;
  for (guint i = 0; run->poison && i < run->n; i++)
    if (i >= kernel->n_inputs && run->buffers[i]
        && run->buffers[i] != run->buffers[0])
      table->vkCmdFillBuffer (commands, run->buffers[i]->vk, 0, VK_WHOLE_SIZE,
          POISON);
  if (run->poison && run->scratch)
    table->vkCmdFillBuffer (commands, scratch.vk, 0, VK_WHOLE_SIZE, POISON);
  for (guint i = 0; i < kernel->n_inputs; i++)
    if (run->buffers[i]) {
      const VkBufferCopy region = { run->at[i], 0, run->buffers[i]->bytes };

      table->vkCmdCopyBuffer (commands, run->upload->vk, run->buffers[i]->vk,
          1, &region);
    }
  vk_barrier (run->context, commands);
  if (!vk_kernel_record (run->kernel, commands, run->sets, run->ranges,
          run->ranges + kernel->n_inputs, &scratch, error))
    return FALSE;
  vk_barrier (run->context, commands);
  for (guint i = kernel->n_inputs; i < run->n; i++)
    if (run->buffers[i]) {
      const VkBufferCopy region = { 0, run->at[i], run->buffers[i]->bytes };

      table->vkCmdCopyBuffer (commands, run->buffers[i]->vk, run->download->vk,
          1, &region);
    }
  vk_barrier (run->context, commands);
  return TRUE;
}

static gboolean
run_once (Run * run, GError ** error)
{
  SgVkOnce once;

  if (!vk_once_begin (run->context, &once, error))
    return FALSE;
  if (record (run, once.vk, error))
    return vk_once_end (run->context, &once, error);
  vk_once_cancel (run->context, &once);
  return FALSE;
}

gboolean
vk_kernel_run (SgKernel * base, gpointer const *outputs,
    gconstpointer const *inputs, gpointer scratch, GError ** error)
{
  SgVkKernel *kernel = (SgVkKernel *) base;
  Run run = { kernel, kernel->device->context };
  gboolean in_place, ok;

  run.n = kernel->n_inputs + kernel->n_outputs;
  run.poison = g_strcmp0 (g_getenv ("SG_VULKAN_POISON"), "1") == 0;
  if (run.n > MAX_TENSORS) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "a Vulkan kernel of %u tensors does not run alone", run.n);
    return FALSE;
  }
  in_place = base->in_place && inputs[0] == outputs[0];
  ok = compile (&run, error) && make_buffers (&run, in_place, error)
      && make_sets (&run, error);
  if (ok) {
    copy_in (&run, inputs);
    ok = run_once (&run, error) && copy_out (&run, outputs, error);
  }
  run_clear (&run);
  return ok;
}
