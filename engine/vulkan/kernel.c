/* gst-stylegan: an operator as dispatches
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/vk.h"

#include <string.h>

/* What vectors of 8 f32 may reach beyond the last element. */
#define TENSOR_PAD 32
#define MAX_INPUTS 32

static const SgVkOp *const operators[] = {
#define VK_OP(name) &vk_op_ ## name,
#include "vulkan/list.h"
#undef VK_OP
};

gboolean
vk_is_half (const SgVkDevice * device, const SgTensorDesc * desc)
{
  return device->half && desc->dtype == SG_DTYPE_F32 && desc->shape.rank == 4;
}

gsize
vk_tensor_bytes (const SgVkDevice * device, const SgTensorDesc * desc)
{
  gsize bytes = sg_tensor_desc_bytes (desc);

  if (vk_is_half (device, desc))
    bytes /= 2;
  return (bytes + TENSOR_PAD - 1) / TENSOR_PAD * TENSOR_PAD;
}

/* --- which operators ------------------------------------------------------ */

/* What no kernel takes: tensors without elements, and those that a shader cannot
 * address at once. */
static gboolean
all_fit (SgVkDevice * device, const SgTensorDesc * descs, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (descs[i].dtype == SG_DTYPE_NONE)
      continue;
    if (sg_shape_elements (&descs[i].shape) == 0
        || vk_tensor_bytes (device, &descs[i])
        > device->features.max_storage_range)
      return FALSE;
  }
  return TRUE;
}

const SgVkOp *
vk_op_find (SgVkDevice * device, const SgCall * call)
{
  /* SgVkKernel.captured has no more bits */
  if (call->n_inputs > MAX_INPUTS || call->n_outputs > MAX_INPUTS
      || !all_fit (device, call->inputs, call->n_inputs)
      || !all_fit (device, call->outputs, call->n_outputs))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    if (g_str_equal (operators[i]->op, call->op->name)
        && operators[i]->supports (device, call))
      return operators[i];
  return NULL;
}

/* --- making one ----------------------------------------------------------- */

static gboolean
check_args (const SgVkFeatures * features, const SgVkDispatch * d,
    const SgCall * call, GError ** error)
{
  if (d->n_args < d->pipeline->n_bindings)
    return sg_call_error (call, error, SG_ERROR_FAILED,
        "a shader has %u bindings, %u are given", d->pipeline->n_bindings,
        d->n_args);
  for (guint i = 0; i < d->n_args; i++) {
    const SgVkArg *arg = &d->args[i];
    VkDeviceSize bytes = arg->kind == VK_ARG_BUFFER ? arg->buffer->bytes
        : arg->kind == VK_ARG_SCRATCH ? arg->bytes : 0;

    if (bytes > features->max_storage_range)
      return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
          "too large for the GPU, whose shaders see %" G_GUINT64_FORMAT
          " MiB at once; use a smaller size",
          (guint64) features->max_storage_range >> 20);
    if (arg->kind == VK_ARG_SCRATCH && arg->offset % features->storage_align)
      return sg_call_error (call, error, SG_ERROR_FAILED,
          "scratch memory at byte %" G_GUINT64_FORMAT " is not aligned",
          (guint64) arg->offset);
  }
  return TRUE;
}

/* What would be undefined behaviour on the device. */
static gboolean
check_limits (SgVkKernel * kernel, const SgCall * call, GError ** error)
{
  const guint32 *max =
      kernel->device->context->properties.limits.maxComputeWorkGroupCount;

  for (guint i = 0; i < kernel->dispatches->len; i++) {
    const SgVkDispatch *d =
        &g_array_index (kernel->dispatches, SgVkDispatch, i);

    for (guint k = 0; k < 3; k++)
      if (d->groups[k] == 0 || d->groups[k] > max[k])
        return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
            "too large for the GPU (%u groups of %u); use a smaller size",
            d->groups[k], max[k]);
    if (!check_args (&kernel->device->features, d, call, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
same_size (const SgVkDevice * device, const SgCall * call)
{
  return call->n_inputs > 0 && call->n_outputs > 0
      && call->inputs[0].dtype == call->outputs[0].dtype
      /* sizes are padded, which makes small ones equal */
      && sg_shape_elements (&call->inputs[0].shape)
      == sg_shape_elements (&call->outputs[0].shape)
      && vk_tensor_bytes (device, &call->inputs[0])
      == vk_tensor_bytes (device, &call->outputs[0]);
}

SgKernel *
vk_kernel_new (SgDevice * base, const SgCall * call, GError ** error)
{
  SgVkDevice *device = (SgVkDevice *) base;
  const SgVkOp *op = vk_op_find (device, call);
  SgVkKernel *kernel;

  if (op == NULL) {
    sg_call_error (call, error, SG_ERROR_UNSUPPORTED, "no Vulkan kernel");
    return NULL;
  }
  kernel = g_new0 (SgVkKernel, 1);
  kernel->device = device;
  kernel->dispatches = g_array_new (FALSE, TRUE, sizeof (SgVkDispatch));
  kernel->buffers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vk_buffer_unref);
  kernel->n_inputs = call->n_inputs;
  kernel->n_outputs = call->n_outputs;
  kernel->inputs = g_memdup2 (call->inputs,
      call->n_inputs * sizeof call->inputs[0]);
  kernel->outputs = g_memdup2 (call->outputs,
      call->n_outputs * sizeof call->outputs[0]);
  if (!op->prepare (device, call, kernel, error)
      || !check_limits (kernel, call, error)) {
    vk_kernel_free (&kernel->base);
    return NULL;
  }
  kernel->base.in_place = op->in_place && same_size (device, call)
      && !(kernel->captured & 1);
  return &kernel->base;
}

void
vk_kernel_free (SgKernel * base)
{
  SgVkKernel *kernel = (SgVkKernel *) base;

  g_array_unref (kernel->dispatches);
  g_ptr_array_unref (kernel->buffers);
  g_free (kernel->inputs);
  g_free (kernel->outputs);
  g_free (kernel);
}

SgVkDispatch *
vk_kernel_add (SgVkKernel * kernel, const gchar * shader,
    const guint32 * constants, guint n_constants, guint32 subgroup_size,
    GError ** error)
{
  SgVkDispatch dispatch = { 0 };

  dispatch.pipeline = vk_pipeline_get (kernel->device->context, shader,
      constants, n_constants, subgroup_size, error);
  if (dispatch.pipeline == NULL)
    return NULL;
  g_array_append_val (kernel->dispatches, dispatch);
  return &g_array_index (kernel->dispatches, SgVkDispatch,
      kernel->dispatches->len - 1);
}

static void
add_arg (SgVkDispatch * dispatch, const SgVkArg * arg)
{
  g_return_if_fail (dispatch->n_args < VK_MAX_BINDINGS);
  dispatch->args[dispatch->n_args++] = *arg;
}

void
vk_dispatch_input (SgVkDispatch * dispatch, guint index)
{
  add_arg (dispatch, &(SgVkArg) {
      .kind = VK_ARG_INPUT, .index = index});
}

void
vk_dispatch_output (SgVkDispatch * dispatch, guint index)
{
  add_arg (dispatch, &(SgVkArg) {
      .kind = VK_ARG_OUTPUT, .index = index, .written = TRUE});
}

/* The first output stands in: it is there in all cases. */
void
vk_dispatch_unused (SgVkDispatch * dispatch)
{
  add_arg (dispatch, &(SgVkArg) {
      .kind = VK_ARG_OUTPUT, .index = 0});
}

void
vk_dispatch_scratch (SgVkKernel * kernel, SgVkDispatch * dispatch,
    VkDeviceSize offset, VkDeviceSize bytes, gboolean written)
{
  add_arg (dispatch, &(SgVkArg) {
      .kind = VK_ARG_SCRATCH, .offset =
        offset, .bytes = bytes, .written = written});
  kernel->base.scratch_bytes = MAX (kernel->base.scratch_bytes,
      (gsize) (offset + bytes));
}

void
vk_dispatch_buffer (SgVkKernel * kernel, SgVkDispatch * dispatch,
    SgVkBuffer * buffer)
{
  g_ptr_array_add (kernel->buffers, buffer);
  add_arg (dispatch, &(SgVkArg) {
      .kind = VK_ARG_BUFFER, .buffer = buffer});
}

void
vk_dispatch_push (SgVkDispatch * dispatch, gconstpointer data, guint bytes)
{
  g_return_if_fail (bytes <= VK_MAX_PUSH && bytes % 4 == 0);
  memcpy (dispatch->push, data, bytes);
  dispatch->push_bytes = bytes;
}

void
vk_dispatch_groups (SgVkDispatch * dispatch, guint64 x, guint64 y, guint64 z)
{
  const guint64 groups[3] = { x, y, z };

  for (guint i = 0; i < 3; i++)
    dispatch->groups[i] = (guint32) MIN (groups[i], G_MAXUINT32);
}

void
vk_dispatch_linear (const SgVkKernel * kernel, SgVkDispatch * dispatch,
    guint64 n)
{
  guint64 max =
      kernel->device->context->properties.limits.maxComputeWorkGroupCount[0];
  guint64 rows = (n + max - 1) / max;

  vk_dispatch_groups (dispatch, rows ? (n + rows - 1) / rows : 0, rows, 1);
}

SgVkBuffer *
vk_kernel_constant (SgVkKernel * kernel, const SgCall * call, guint index,
    GError ** error)
{
  const SgTensor *constant = call->constants[index];
  gsize bytes = vk_tensor_bytes (kernel->device, &constant->desc);
  g_autofree gpointer data = g_try_malloc0 (bytes);
  SgVkBuffer *buffer;

  if (data == NULL) {
    sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "no memory for %" G_GSIZE_FORMAT " bytes of weights", bytes);
    return NULL;
  }
  vk_tensor_pack (kernel->device, &constant->desc, constant->data, data);
  buffer = vk_weights_get (kernel->device->context, data, bytes, error);
  if (buffer)
    kernel->captured |= 1u << index;
  return buffer;
}

/* --- recording ------------------------------------------------------------ */

/* What has been touched since the last barrier. */
typedef struct
{
  SgVkRange range;
  gboolean written;
} Access;

static gboolean
overlaps (const Access * a, const Access * b)
{
  return (a->written || b->written) && a->range.vk == b->range.vk
      && a->range.offset < b->range.offset + b->range.bytes
      && b->range.offset < a->range.offset + a->range.bytes;
}

static void
order (SgVkContext * context, VkCommandBuffer commands, GArray * accesses,
    const Access * next, guint n)
{
  gboolean conflict = FALSE;

  for (guint i = 0; i < accesses->len && !conflict; i++)
    for (guint k = 0; k < n && !conflict; k++)
      conflict = overlaps (&g_array_index (accesses, Access, i), &next[k]);
  if (conflict) {
    vk_barrier_shaders (context, commands);
    g_array_set_size (accesses, 0);
  }
  g_array_append_vals (accesses, next, n);
}

/* Where @arg is. FALSE with an error if the caller bound nothing there. */
static gboolean
resolve (const SgVkKernel * kernel, const SgVkArg * arg,
    const SgVkRange * inputs, const SgVkRange * outputs,
    const SgVkRange * scratch, SgVkRange * range, GError ** error)
{
  switch (arg->kind) {
    case VK_ARG_INPUT:
      *range = inputs[arg->index];
      break;
    case VK_ARG_OUTPUT:
      *range = outputs[arg->index];
      break;
    case VK_ARG_SCRATCH:
      *range = *scratch;
      range->offset += arg->offset;
      range->bytes = arg->bytes;
      break;
    case VK_ARG_BUFFER:
    *range = (SgVkRange) {
    arg->buffer->vk, 0, arg->buffer->bytes};
      break;
  }
  if (range->vk != VK_NULL_HANDLE && range->bytes > 0)
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
      "a Vulkan kernel has no memory bound as argument %u of kind %d",
      arg->index, arg->kind);
  return FALSE;
}

static gboolean
bind (SgVkContext * context, const SgVkDispatch * dispatch,
    const Access * accesses, VkCommandBuffer commands, VkDescriptorPool sets,
    GError ** error)
{
  const VkDescriptorSetAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
    .descriptorPool = sets,
    .descriptorSetCount = 1,
    .pSetLayouts = &dispatch->pipeline->set_layout,
  };
  guint n = dispatch->pipeline->n_bindings;
  VkDescriptorBufferInfo buffers[VK_MAX_BINDINGS];
  VkWriteDescriptorSet write = {
    .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
    .descriptorCount = n,
    .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
    .pBufferInfo = buffers,
  };

  if (!vk_check (context, context->table.vkAllocateDescriptorSets (context->vk,
              &info, &write.dstSet), "vkAllocateDescriptorSets", error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    buffers[i] = (VkDescriptorBufferInfo) {
    accesses[i].range.vk, accesses[i].range.offset, accesses[i].range.bytes};
  if (n > 0)
    context->table.vkUpdateDescriptorSets (context->vk, 1, &write, 0, NULL);
  context->table.vkCmdBindDescriptorSets (commands,
      VK_PIPELINE_BIND_POINT_COMPUTE, dispatch->pipeline->layout, 0, 1,
      &write.dstSet, 0, NULL);
  return TRUE;
}

gboolean
vk_kernel_record (SgVkKernel * kernel, VkCommandBuffer commands,
    VkDescriptorPool sets, const SgVkRange * inputs, const SgVkRange * outputs,
    const SgVkRange * scratch, GError ** error)
{
  SgVkContext *context = kernel->device->context;
  g_autoptr (GArray) touched = g_array_new (FALSE, FALSE, sizeof (Access));

  for (guint i = 0; i < kernel->dispatches->len; i++) {
    const SgVkDispatch *d =
        &g_array_index (kernel->dispatches, SgVkDispatch, i);
    Access accesses[VK_MAX_BINDINGS];

    for (guint k = 0; k < d->n_args; k++) {
      accesses[k].written = d->args[k].written;
      if (!resolve (kernel, &d->args[k], inputs, outputs, scratch,
              &accesses[k].range, error))
        return FALSE;
    }
    order (context, commands, touched, accesses, d->n_args);
    context->table.vkCmdBindPipeline (commands, VK_PIPELINE_BIND_POINT_COMPUTE,
        d->pipeline->vk);
    if (!bind (context, d, accesses, commands, sets, error))
      return FALSE;
    if (d->push_bytes)
      context->table.vkCmdPushConstants (commands, d->pipeline->layout,
          VK_SHADER_STAGE_COMPUTE_BIT, 0, d->push_bytes, d->push);
    context->table.vkCmdDispatch (commands, d->groups[0], d->groups[1],
        d->groups[2]);
  }
  return TRUE;
}
