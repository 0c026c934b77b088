/* gst-stylegan: the Vulkan loader and the instance
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Environment: SG_VULKAN_LOADER is the library to load instead of libvulkan.so.1.
 * SG_VULKAN_VALIDATION=1 turns on the validation layers (core and synchronisation
 * validation), =gpu GPU-assisted validation as well. */
#define G_LOG_DOMAIN "sg-vulkan"
#define VOLK_IMPLEMENTATION
#include "vulkan/vk.h"

#include <dlfcn.h>
#include <string.h>

#include "vulkan/physical.h"

#define VALIDATION_LAYER "VK_LAYER_KHRONOS_validation"

typedef enum
{
  VALIDATION_NONE,
  VALIDATION_ON,
  VALIDATION_GPU,
} Validation;

/* Parts of messages that are false alarms, each with the reason. */
static const gchar *const false_alarms[] = {
  /* newer layers say which features GPU-assisted validation turns on for itself */
  "validation is adjusting settings",
  NULL
};

static GMutex instance_lock;
static VkInstance the_instance;

static Validation
get_validation (void)
{
  const gchar *text = g_getenv ("SG_VULKAN_VALIDATION");

  if (text == NULL || *text == '\0' || g_str_equal (text, "0"))
    return VALIDATION_NONE;
  return g_str_equal (text, "gpu") ? VALIDATION_GPU : VALIDATION_ON;
}

static gboolean
load_custom (const gchar * path, GError ** error)
{
  void *module = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  PFN_vkGetInstanceProcAddr get;

  if (module == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "no Vulkan: the loader that SG_VULKAN_LOADER names cannot be loaded "
        "(%s)", dlerror ());
    return FALSE;
  }
  get = (PFN_vkGetInstanceProcAddr) dlsym (module, "vkGetInstanceProcAddr");
  if (get == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "no Vulkan: %s, which SG_VULKAN_LOADER names, is no Vulkan loader",
        path);
    dlclose (module);
    return FALSE;
  }
  volkInitializeCustom (get);
  return TRUE;
}

static gboolean
load (GError ** error)
{
  static gboolean loaded;
  const gchar *path = g_getenv ("SG_VULKAN_LOADER");

  if (!loaded) {
    if (path && *path) {
      if (!load_custom (path, error))
        return FALSE;
    } else if (volkInitialize () != VK_SUCCESS) {
      g_set_error_literal (error, SG_ERROR, SG_ERROR_NO_DEVICE,
          "no Vulkan: libvulkan.so.1 cannot be loaded; install it (Debian: "
          "libvulkan1) and the GPU's driver, or use backend=cpu");
      return FALSE;
    }
    loaded = TRUE;
  }
  if (volkGetInstanceVersion () < VK_API_VERSION_1_1) {
    g_set_error_literal (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "no Vulkan 1.1: the loader is older; update libvulkan, or use "
        "backend=cpu");
    return FALSE;
  }
  return TRUE;
}

static VKAPI_ATTR VkBool32 VKAPI_CALL
on_message (VkDebugUtilsMessageSeverityFlagBitsEXT severity,
    VkDebugUtilsMessageTypeFlagsEXT types,
    const VkDebugUtilsMessengerCallbackDataEXT * data, void *user_data)
{
  const gchar *text = data->pMessage ? data->pMessage : "";

  for (guint i = 0; false_alarms[i]; i++)
    if (strstr (text, false_alarms[i]))
      return VK_FALSE;
  g_warning ("%s", text);
  return VK_FALSE;
}

static gboolean
has_layer (const gchar * name)
{
  guint32 n = 0;
  g_autofree VkLayerProperties *layers = NULL;

  if (vkEnumerateInstanceLayerProperties (&n, NULL) != VK_SUCCESS || n == 0)
    return FALSE;
  layers = g_new0 (VkLayerProperties, n);
  if (vkEnumerateInstanceLayerProperties (&n, layers) < 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_str_equal (layers[i].layerName, name))
      return TRUE;
  return FALSE;
}

/* Whether @layer, or the loader and drivers if NULL, have instance extension
 * @name. */
static gboolean
has_extension (const gchar * layer, const gchar * name)
{
  guint32 n = 0;
  g_autofree VkExtensionProperties *extensions = NULL;

  if (vkEnumerateInstanceExtensionProperties (layer, &n, NULL) != VK_SUCCESS
      || n == 0)
    return FALSE;
  extensions = g_new0 (VkExtensionProperties, n);
  if (vkEnumerateInstanceExtensionProperties (layer, &n, extensions) < 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_str_equal (extensions[i].extensionName, name))
      return TRUE;
  return FALSE;
}

static gboolean
check_validation (GError ** error)
{
  if (has_layer (VALIDATION_LAYER)
      && (has_extension (NULL, VK_EXT_DEBUG_UTILS_EXTENSION_NAME)
          || has_extension (VALIDATION_LAYER,
              VK_EXT_DEBUG_UTILS_EXTENSION_NAME))
      && has_extension (VALIDATION_LAYER,
          VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME))
    return TRUE;
  g_set_error_literal (error, SG_ERROR, SG_ERROR_NO_DEVICE,
      "SG_VULKAN_VALIDATION is set but " VALIDATION_LAYER " with "
      VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME " is not installed (Debian: "
      "vulkan-validationlayers); install it or unset the variable");
  return FALSE;
}

static VkInstance
create (Validation validation, GError ** error)
{
  static const VkValidationFeatureEnableEXT enabled[] = {
    VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT,
    VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_EXT,
    VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_RESERVE_BINDING_SLOT_EXT,
  };
  static const gchar *const layers[] = { VALIDATION_LAYER };
  static const gchar *const extensions[] = {
    VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
    VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME,
  };
  const VkValidationFeaturesEXT features = {
    .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
    .enabledValidationFeatureCount = validation == VALIDATION_GPU ? 3 : 1,
    .pEnabledValidationFeatures = enabled,
  };
  const VkApplicationInfo application = {
    .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
    .pEngineName = "gst-stylegan",
    .apiVersion = VK_API_VERSION_1_3,
  };
  VkInstanceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
    .pApplicationInfo = &application,
  };
  VkInstance instance = VK_NULL_HANDLE;
  VkResult result;

  if (validation != VALIDATION_NONE) {
    info.pNext = &features;
    info.enabledLayerCount = G_N_ELEMENTS (layers);
    info.ppEnabledLayerNames = layers;
    info.enabledExtensionCount = G_N_ELEMENTS (extensions);
    info.ppEnabledExtensionNames = extensions;
  }
  result = vkCreateInstance (&info, NULL, &instance);
  if (result == VK_ERROR_INCOMPATIBLE_DRIVER) {
    g_set_error_literal (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "no Vulkan: no driver that works is installed; install the GPU's "
        "(Debian: mesa-vulkan-drivers, or NVIDIA's own), or use backend=cpu");
    return VK_NULL_HANDLE;
  }
  /* Loaders say VK_ERROR_OUT_OF_HOST_MEMORY of a manifest that they cannot parse. */
  if (result < 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "no Vulkan: vkCreateInstance failed with %s; a driver's description "
        "(icd.d/*.json) may be damaged, vulkaninfo tells which; repair it, or "
        "use backend=cpu", vk_result_name (result));
    return VK_NULL_HANDLE;
  }
  return instance;
}

/* Messages of the loader about other people's drivers are of type GENERAL: those
 * are not ours. */
static gboolean
listen (VkInstance instance, GError ** error)
{
  const VkDebugUtilsMessengerCreateInfoEXT info = {
    .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
    .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
        | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
    .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT
        | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT,
    .pfnUserCallback = on_message,
  };
  VkDebugUtilsMessengerEXT messenger;

  return vk_check (NULL, vkCreateDebugUtilsMessengerEXT (instance, &info, NULL,
          &messenger), "vkCreateDebugUtilsMessengerEXT", error);
}

VkInstance
vk_instance_get (GError ** error)
{
  Validation validation = get_validation ();
  VkInstance instance;

  g_mutex_lock (&instance_lock);
  if (the_instance == VK_NULL_HANDLE && load (error)
      && (validation == VALIDATION_NONE || check_validation (error))) {
    instance = create (validation, error);
    if (instance) {
      volkLoadInstanceOnly (instance);
      if (validation == VALIDATION_NONE || listen (instance, error))
        the_instance = instance;
      else
        vkDestroyInstance (instance, NULL);
    }
  }
  instance = the_instance;
  g_mutex_unlock (&instance_lock);
  return instance;
}
