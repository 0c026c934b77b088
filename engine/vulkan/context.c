/* gst-stylegan: a logical device, its queues, and its end
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/physical.h"

/* A device that does not answer for so many times so long has hung: the slowest
 * software implementation is done with a large frame by then. */
#define WAIT_NS (G_GUINT64_CONSTANT (10) * 1000000000)
#define WAIT_TRIES 30

static GMutex contexts_lock;
static GPtrArray *contexts;     /* of SgVkContext, not referenced */
static guint n_made;            /* so far, for SG_VULKAN_LOSE */

/* --- errors ---------------------------------------------------------------------- */

const gchar *
vk_result_name (VkResult result)
{
  switch (result) {
#define NAME(name) case name: return #name
      NAME (VK_SUCCESS);
      NAME (VK_NOT_READY);
      NAME (VK_TIMEOUT);
      NAME (VK_INCOMPLETE);
      NAME (VK_ERROR_OUT_OF_HOST_MEMORY);
      NAME (VK_ERROR_OUT_OF_DEVICE_MEMORY);
      NAME (VK_ERROR_INITIALIZATION_FAILED);
      NAME (VK_ERROR_DEVICE_LOST);
      NAME (VK_ERROR_MEMORY_MAP_FAILED);
      NAME (VK_ERROR_LAYER_NOT_PRESENT);
      NAME (VK_ERROR_EXTENSION_NOT_PRESENT);
      NAME (VK_ERROR_FEATURE_NOT_PRESENT);
      NAME (VK_ERROR_INCOMPATIBLE_DRIVER);
      NAME (VK_ERROR_TOO_MANY_OBJECTS);
      NAME (VK_ERROR_FORMAT_NOT_SUPPORTED);
      NAME (VK_ERROR_FRAGMENTED_POOL);
      NAME (VK_ERROR_UNKNOWN);
      NAME (VK_ERROR_OUT_OF_POOL_MEMORY);
      NAME (VK_ERROR_INVALID_EXTERNAL_HANDLE);
      NAME (VK_ERROR_FRAGMENTATION);
      NAME (VK_ERROR_INVALID_SHADER_NV);
      NAME (VK_ERROR_NOT_PERMITTED_KHR);
#undef NAME
    default:
      return "an unknown VkResult";
  }
}

static void
set_lost (SgVkContext * context)
{
  if (context)
    g_atomic_int_set (&context->lost, TRUE);
}

gboolean
vk_check (SgVkContext * context, VkResult result, const gchar * what,
    GError ** error)
{
  const gchar *name = vk_result_name (result);
  const gchar *device = context ? context->properties.deviceName : "Vulkan";

  if (result >= 0)
    return TRUE;
  switch (result) {
    case VK_ERROR_DEVICE_LOST:
      set_lost (context);
      g_set_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST,
          "%s: the device stopped working (%s: %s); it has to be opened again, "
          "and the kernel's log may say why", device, what, name);
      break;
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_POOL_MEMORY:
      g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
          "%s: out of memory%s (%s: %s); use a smaller size, or close other "
          "programs", device, result == VK_ERROR_OUT_OF_DEVICE_MEMORY ?
          " on the device" : "", what, name);
      break;
    default:
      g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
          "%s: %s failed with %s (%d); update the driver, or use backend=cpu",
          device, what, name, result);
      break;
  }
  return FALSE;
}

void
vk_context_lose (SgVkContext * context)
{
  set_lost (context);
}

gboolean
vk_context_is_lost (SgVkContext * context)
{
  return g_atomic_int_get (&context->lost);
}

/* --- the queues -------------------------------------------------------------------- */

/* Under queue_lock. */
static VkResult
submit (SgVkContext * context, VkQueue queue, const VkSubmitInfo * submits,
    guint n_submits, VkFence fence)
{
  if (context->lose_after == 0)
    set_lost (context);
  if (vk_context_is_lost (context))
    return VK_ERROR_DEVICE_LOST;
  if (context->lose_after > 0)
    context->lose_after--;
  return context->table.vkQueueSubmit (queue, n_submits, submits, fence);
}

gboolean
vk_queue_submit (SgVkContext * context, VkQueue queue,
    const VkSubmitInfo * submits, guint n_submits, VkFence fence,
    GError ** error)
{
  VkResult result;

  g_mutex_lock (&context->queue_lock);
  result = submit (context, queue, submits, n_submits, fence);
  g_mutex_unlock (&context->queue_lock);
  return vk_check (context, result, "vkQueueSubmit", error);
}

gboolean
vk_fence_wait (SgVkContext * context, VkFence fence, GError ** error)
{
  VkResult result = VK_TIMEOUT;

  for (guint i = 0; i < WAIT_TRIES && result == VK_TIMEOUT; i++)
    result = context->table.vkWaitForFences (context->vk, 1, &fence, VK_TRUE,
        WAIT_NS);
  /* A device lost for a test finishes its work; nobody gets to see it. */
  if (result == VK_TIMEOUT
      || (result == VK_SUCCESS && vk_context_is_lost (context)))
    result = VK_ERROR_DEVICE_LOST;
  return vk_check (context, result, "vkWaitForFences", error);
}

/* --- contexts ---------------------------------------------------------------------- */

/* The @nth number of SG_VULKAN_LOSE, or -1. */
static gint
get_lose_after (guint nth)
{
  const gchar *text = g_getenv ("SG_VULKAN_LOSE");
  g_auto (GStrv) words = g_strsplit (text ? text : "", ",", -1);
  guint64 value;

  if (nth < g_strv_length (words)
      && g_ascii_string_to_unsigned (words[nth], 10, 0, G_MAXINT, &value, NULL))
    return (gint) value;
  return -1;
}

static void
context_free (SgVkContext * context)
{
  if (context->vk) {
    /* Programs have waited for what is theirs; a lost device has nothing left. */
    context->table.vkDeviceWaitIdle (context->vk);
    if (context->pipelines)
      vk_pipelines_free (context->pipelines);
    if (context->weights)
      vk_weights_free (context->weights);
    if (context->memory)
      vk_memory_free (context->memory);
    context->table.vkDestroyDevice (context->vk, NULL);
  }
  g_mutex_clear (&context->queue_lock);
  g_free (context->driver);
  g_free (context);
}

static gboolean
create_device (SgVkContext * context, const SgVkSetup * setup, GError ** error)
{
  static const gfloat priority = 1;
  const VkDeviceQueueCreateInfo queues[] = {
    {
          .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
          .queueFamilyIndex = setup->queue_family,
          .queueCount = 1,
          .pQueuePriorities = &priority,
        },
    {
          .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
          .queueFamilyIndex = setup->transfer_family,
          .queueCount = 1,
          .pQueuePriorities = &priority,
        },
  };
  /* No robustBufferAccess: the kernels check their bounds, and it costs time. */
  const VkPhysicalDeviceFeatures2 features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .pNext = setup->chain,
  };
  const VkDeviceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .pNext = &features,
    .queueCreateInfoCount =
        setup->transfer_family != setup->queue_family ? 2 : 1,
    .pQueueCreateInfos = queues,
    .enabledExtensionCount = setup->n_extensions,
    .ppEnabledExtensionNames = setup->extensions,
  };

  if (!vk_check (context, vkCreateDevice (context->physical, &info, NULL,
              &context->vk), "vkCreateDevice", error)) {
    context->vk = VK_NULL_HANDLE;
    return FALSE;
  }
  volkLoadDeviceTable (&context->table, context->vk);
  context->table.vkGetDeviceQueue (context->vk, setup->queue_family, 0,
      &context->queue);
  context->transfer_queue = context->queue;
  if (setup->transfer_family != setup->queue_family)
    context->table.vkGetDeviceQueue (context->vk, setup->transfer_family, 0,
        &context->transfer_queue);
  return TRUE;
}

static SgVkContext *
context_new (VkPhysicalDevice physical, GError ** error)
{
  SgVkContext *context = g_new0 (SgVkContext, 1);
  SgVkSetup setup;

  context->ref_count = 1;
  context->physical = physical;
  g_mutex_init (&context->queue_lock);
  context->lose_after = -1;
  context->driver = vk_physical_driver (physical);
  vkGetPhysicalDeviceProperties (physical, &context->properties);
  if (!vk_setup_query (physical, &setup, error)) {
    context_free (context);
    return NULL;
  }
  context->features = setup.features;
  context->queue_family = setup.queue_family;
  context->transfer_family = setup.transfer_family;
  if (!create_device (context, &setup, error)) {
    context_free (context);
    return NULL;
  }
  context->memory = vk_memory_new (context);
  context->weights = vk_weights_new (context);
  context->pipelines = vk_pipelines_new (context);
  context->lose_after = get_lose_after (n_made++);
  return context;
}

SgVkContext *
vk_context_get (VkPhysicalDevice physical, GError ** error)
{
  SgVkContext *context = NULL;

  g_mutex_lock (&contexts_lock);
  for (guint i = 0; contexts && i < contexts->len && context == NULL; i++) {
    SgVkContext *other = g_ptr_array_index (contexts, i);

    if (other->physical == physical && !vk_context_is_lost (other))
      context = vk_context_ref (other);
  }
  if (context == NULL) {
    context = context_new (physical, error);
    if (context) {
      if (contexts == NULL)
        contexts = g_ptr_array_new ();
      g_ptr_array_add (contexts, context);
    }
  }
  g_mutex_unlock (&contexts_lock);
  return context;
}

SgVkContext *
vk_context_ref (SgVkContext * context)
{
  g_atomic_int_inc (&context->ref_count);
  return context;
}

void
vk_context_unref (SgVkContext * context)
{
  if (context == NULL)
    return;
  /* Under the lock: vk_context_get () must not revive one on its way out. */
  g_mutex_lock (&contexts_lock);
  if (g_atomic_int_dec_and_test (&context->ref_count)) {
    g_ptr_array_remove_fast (contexts, context);
    if (contexts->len == 0)
      g_clear_pointer (&contexts, g_ptr_array_unref);
    context_free (context);
  }
  g_mutex_unlock (&contexts_lock);
}
