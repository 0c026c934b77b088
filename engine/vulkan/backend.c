/* gst-stylegan: Vulkan as a backend of the engine
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/physical.h"

/* More than this hides no further latency: one frame each uploads, computes and
 * downloads, and one waits. */
#define MAX_FRAMES_IN_FLIGHT 4

/* What @features and the caller's wish come to: whether images are in f16, and
 * which features are left then. */
static gboolean
resolve_precision (const SgDeviceConfig * config, const gchar * name,
    SgVkFeatures * features, gboolean * half, GError ** error)
{
  if (!vk_features_mask (features, error))
    return FALSE;
  if (config->precision == SG_PRECISION_FP16 && !features->storage_f16) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "%s has no 16 bit storage buffers (storageBuffer16BitAccess), which "
        "precision=fp16 needs; use precision=auto", name);
    return FALSE;
  }
  /* Software emulates f16. */
  *half = config->precision == SG_PRECISION_FP16
      || (config->precision == SG_PRECISION_AUTO && features->storage_f16
      && !features->software);
  if (!*half)
    features->storage_f16 = features->arithmetic_f16 = FALSE;
  /* Matrices of f16 are loaded from storage, and are of the type float16_t. */
  if (!features->storage_f16 || !features->arithmetic_f16)
    features->matrix = VK_MATRIX_NONE;
  return TRUE;
}

static gchar *
vk_resolve (const SgDeviceConfig * config, GError ** error)
{
  VkPhysicalDevice physical = vk_physical_find (config->name, error);
  VkPhysicalDeviceProperties properties;
  const gchar *disabled = g_getenv ("SG_VULKAN_DISABLE");
  g_autofree gchar *uuid = NULL;
  SgVkSetup setup;
  gboolean half;

  if (physical == VK_NULL_HANDLE || !vk_setup_query (physical, &setup, error))
    return NULL;
  vkGetPhysicalDeviceProperties (physical, &properties);
  if (!resolve_precision (config, properties.deviceName, &setup.features, &half,
          error))
    return NULL;
  uuid = vk_physical_uuid (physical);
  /* Two drivers of one GPU have the same UUID, but not the same handle. */
  return g_strdup_printf ("%s %p %s %s", uuid, (gpointer) physical,
      half ? "fp16" : "fp32", disabled ? disabled : "");
}

static gchar *
describe (const SgVkDevice * device)
{
  const SgVkContext *context = device->context;
  const SgVkFeatures *features = &device->features;
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s (driver %s, %s",
      context->properties.deviceName, context->driver,
      !device->half ? "fp32" : features->arithmetic_f16 ? "fp16"
      : "fp16 storage");
  if (features->matrix != VK_MATRIX_NONE)
    g_string_append_printf (text, ", cooperative matrices %s %ux%ux%u",
        features->matrix == VK_MATRIX_KHR ? "KHR" : "NV", features->matrix_m,
        features->matrix_n, features->matrix_k);
  g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

static gboolean
vk_open (SgDevice * base, const SgDeviceConfig * config, GError ** error)
{
  SgVkDevice *device = (SgVkDevice *) base;
  VkPhysicalDevice physical = vk_physical_find (config->name, error);
  SgVkContext *context = physical ? vk_context_get (physical, error) : NULL;

  if (context == NULL)
    return FALSE;
  device->features = context->features;
  if (!resolve_precision (config, context->properties.deviceName,
          &device->features, &device->half, error)) {
    vk_context_unref (context);
    return FALSE;
  }
  device->context = context;
  base->precision = device->half ? SG_PRECISION_FP16 : SG_PRECISION_FP32;
  base->max_frames_in_flight = MAX_FRAMES_IN_FLIGHT;
  base->description = describe (device);
  return TRUE;
}

static void
vk_close (SgDevice * base)
{
  vk_context_unref (((SgVkDevice *) base)->context);
}

static gboolean
vk_is_lost (SgDevice * base)
{
  return vk_context_is_lost (((SgVkDevice *) base)->context);
}

static gboolean
vk_supports (SgDevice * base, const SgCall * call)
{
  return vk_op_find ((SgVkDevice *) base, call) != NULL;
}

static gsize
vk_value_bytes (SgDevice * base, const SgTensorDesc * desc)
{
  return vk_tensor_bytes ((SgVkDevice *) base, desc);
}

static gsize
vk_value_align (SgDevice * base)
{
  gsize align = ((SgVkDevice *) base)->features.storage_align;

  return MAX (align, SG_TENSOR_ALIGN);
}

const SgBackend sg_backend_vulkan = {
  .name = "vulkan",
  .id = SG_BACKEND_VULKAN,
  .fallback = &sg_backend_cpu,
  .resolve = vk_resolve,
  .device_size = sizeof (SgVkDevice),
  .open = vk_open,
  .close = vk_close,
  .is_lost = vk_is_lost,
  .supports = vk_supports,
  .kernel_new = vk_kernel_new,
  .kernel_free = vk_kernel_free,
  .kernel_run = vk_kernel_run,
  .value_bytes = vk_value_bytes,
  .value_align = vk_value_align,
  .program_new = vk_program_new,
  .program_free = vk_program_free,
  .program_submit = vk_program_submit,
  .program_collect = vk_program_collect,
  .program_discard = vk_program_discard,
  .program_reset = vk_program_reset,
  .program_get_state = vk_program_get_state,
  .program_set_state = vk_program_set_state,
  .program_undo = vk_program_undo,
  .program_set_profiling = vk_program_set_profiling,
  .program_get_times = vk_program_get_times,
};
