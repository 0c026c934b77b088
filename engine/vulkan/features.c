/* gst-stylegan: what a device can do, and what of it is turned on
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/coopmat.h"
#include "vulkan/physical.h"

#include <string.h>

typedef struct
{
  VkPhysicalDevice physical;
  guint32 api_version;
  VkExtensionProperties *extensions;
  guint32 n_extensions;
  SgVkSetup *setup;
} Query;

static gboolean
offers (const Query * query, const gchar * extension)
{
  for (guint32 i = 0; i < query->n_extensions; i++)
    if (g_str_equal (query->extensions[i].extensionName, extension))
      return TRUE;
  return FALSE;
}

/* Whether @extension can be used, be it part of @core; 0: of no version. */
static gboolean
has (const Query * query, const gchar * extension, guint32 core)
{
  return (core && query->api_version >= core) || offers (query, extension);
}

/* Turns @extension on, unless it is part of the device's version. */
static void
enable (const Query * query, const gchar * extension, guint32 core)
{
  SgVkSetup *setup = query->setup;

  if (core && query->api_version >= core)
    return;
  g_return_if_fail (setup->n_extensions < VK_MAX_EXTENSIONS);
  setup->extensions[setup->n_extensions++] = extension;
}

/* Puts a structure of features into the chain for vkCreateDevice (). */
static void
chain (SgVkSetup * setup, gpointer structure)
{
  VkBaseOutStructure *base = structure;

  base->pNext = setup->chain;
  setup->chain = base;
}

static void
query_features (const Query * query, gpointer structure)
{
  VkPhysicalDeviceFeatures2 features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .pNext = structure,
  };

  vkGetPhysicalDeviceFeatures2 (query->physical, &features);
}

static void
query_properties (const Query * query, gpointer structure)
{
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
    .pNext = structure,
  };

  vkGetPhysicalDeviceProperties2 (query->physical, &properties);
}

static void
query_f16 (const Query * query)
{
  SgVkSetup *setup = query->setup;
  SgVkFeatures *features = &setup->features;

  setup->storage16.sType =
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES;
  query_features (query, &setup->storage16);
  features->storage_f16 = setup->storage16.storageBuffer16BitAccess;
  setup->storage16 = (VkPhysicalDevice16BitStorageFeatures) {
  .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES,
        .storageBuffer16BitAccess = features->storage_f16,};
  chain (setup, &setup->storage16);

  if (!has (query, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME,
          VK_API_VERSION_1_2))
    return;
  setup->float16.sType =
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES;
  query_features (query, &setup->float16);
  features->arithmetic_f16 = setup->float16.shaderFloat16;
  if (!features->arithmetic_f16)
    return;
  setup->float16.shaderInt8 = VK_FALSE;
  enable (query, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME, VK_API_VERSION_1_2);
  chain (setup, &setup->float16);
}

static void
query_subgroup (const Query * query)
{
  SgVkSetup *setup = query->setup;
  SgVkFeatures *features = &setup->features;
  VkPhysicalDeviceSubgroupProperties subgroup = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES,
  };
  VkPhysicalDeviceSubgroupSizeControlProperties sizes = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES,
  };

  query_properties (query, &subgroup);
  features->subgroup_size = subgroup.subgroupSize;
  features->subgroup_arithmetic =
      (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0
      && (subgroup.supportedOperations & VK_SUBGROUP_FEATURE_BASIC_BIT) != 0
      && (subgroup.supportedOperations
      & VK_SUBGROUP_FEATURE_ARITHMETIC_BIT) != 0;
  if (!has (query, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME,
          VK_API_VERSION_1_3))
    return;
  setup->subgroup.sType =
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES;
  query_features (query, &setup->subgroup);
  query_properties (query, &sizes);
  if (!setup->subgroup.subgroupSizeControl
      || !(sizes.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT))
    return;
  features->min_subgroup_size = sizes.minSubgroupSize;
  features->max_subgroup_size = sizes.maxSubgroupSize;
  enable (query, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME,
      VK_API_VERSION_1_3);
  chain (setup, &setup->subgroup);
}

/* --- cooperative matrices ------------------------------------------------------ */

/* How good M x N x K is for us; the more the better. The shaders' tiles are multiples
 * of 16, and larger steps in K mean fewer loads. */
static guint
rank_shape (guint32 m, guint32 n, guint32 k)
{
  if (m == 16 && n == 16 && k == 16)
    return 3;
  if (m == 16 && n == 8 && k == 16)
    return 2;
  return 1;
}

static void
offer_shape (SgVkFeatures * features, SgVkMatrix matrix, guint32 m, guint32 n,
    guint32 k, guint * best)
{
  guint rank = rank_shape (m, n, k);

  if (rank <= *best || m == 0 || n == 0 || k == 0)
    return;
  *best = rank;
  features->matrix = matrix;
  features->matrix_m = m;
  features->matrix_n = n;
  features->matrix_k = k;
}

static void
query_shapes_khr (const Query * query)
{
  VkPhysicalDeviceCooperativeMatrixPropertiesKHR stages = {
    .sType =
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_PROPERTIES_KHR,
  };
  PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR get =
      (PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR)
      vkGetInstanceProcAddr (volkGetLoadedInstance (),
      "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
  g_autofree VkCooperativeMatrixPropertiesKHR *shapes = NULL;
  guint32 n = 0;
  guint best = 0;

  query_properties (query, &stages);
  if (!(stages.cooperativeMatrixSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT)
      || get == NULL || get (query->physical, &n, NULL) < 0)
    return;
  shapes = g_new0 (VkCooperativeMatrixPropertiesKHR, n + 1);
  for (guint32 i = 0; i < n; i++)
    shapes[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  if (get (query->physical, &n, shapes) < 0)
    return;
  for (guint32 i = 0; i < n; i++)
    if (shapes[i].scope == VK_SCOPE_SUBGROUP_KHR
        && shapes[i].AType == VK_COMPONENT_TYPE_FLOAT16_KHR
        && shapes[i].BType == VK_COMPONENT_TYPE_FLOAT16_KHR
        && shapes[i].CType == VK_COMPONENT_TYPE_FLOAT32_KHR
        && shapes[i].ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR)
      offer_shape (&query->setup->features, VK_MATRIX_KHR, shapes[i].MSize,
          shapes[i].NSize, shapes[i].KSize, &best);
}

static void
query_shapes_nv (const Query * query)
{
  VkPhysicalDeviceCooperativeMatrixPropertiesNV stages = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_PROPERTIES_NV,
  };
  PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesNV get =
      vkGetPhysicalDeviceCooperativeMatrixPropertiesNV;
  g_autofree VkCooperativeMatrixPropertiesNV *shapes = NULL;
  guint32 n = 0;
  guint best = 0;

  query_properties (query, &stages);
  if (!(stages.cooperativeMatrixSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT)
      || get == NULL || get (query->physical, &n, NULL) < 0)
    return;
  shapes = g_new0 (VkCooperativeMatrixPropertiesNV, n + 1);
  for (guint32 i = 0; i < n; i++)
    shapes[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_NV;
  if (get (query->physical, &n, shapes) < 0)
    return;
  for (guint32 i = 0; i < n; i++)
    if (shapes[i].scope == VK_SCOPE_SUBGROUP_NV
        && shapes[i].AType == VK_COMPONENT_TYPE_FLOAT16_NV
        && shapes[i].BType == VK_COMPONENT_TYPE_FLOAT16_NV
        && shapes[i].CType == VK_COMPONENT_TYPE_FLOAT32_NV
        && shapes[i].DType == VK_COMPONENT_TYPE_FLOAT32_NV)
      offer_shape (&query->setup->features, VK_MATRIX_NV, shapes[i].MSize,
          shapes[i].NSize, shapes[i].KSize, &best);
}

/* Both extensions' shaders are written for the Vulkan memory model. */
static gboolean
query_memory_model (const Query * query)
{
  SgVkSetup *setup = query->setup;

  if (!has (query, VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME,
          VK_API_VERSION_1_2))
    return FALSE;
  setup->memory_model.sType =
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES;
  query_features (query, &setup->memory_model);
  return setup->memory_model.vulkanMemoryModel;
}

static void
query_matrix (const Query * query)
{
  SgVkSetup *setup = query->setup;
  SgVkFeatures *features = &setup->features;
  gboolean khr = offers (query, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);

  if (!khr && !offers (query, VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME))
    return;
  if (!query_memory_model (query))
    return;
  setup->matrix.sType = khr ?
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR
      : VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV;
  query_features (query, &setup->matrix);
  if (!setup->matrix.cooperativeMatrix)
    return;
  if (khr)
    query_shapes_khr (query);
  else
    query_shapes_nv (query);
  if (features->matrix == VK_MATRIX_NONE)
    return;
  setup->matrix.cooperativeMatrixRobustBufferAccess = VK_FALSE;
  enable (query, khr ? VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME
      : VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME, 0);
  chain (setup, &setup->matrix);
  enable (query, VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME, VK_API_VERSION_1_2);
  chain (setup, &setup->memory_model);
}

/* --- the rest -------------------------------------------------------------------- */

static void
query_limits (const Query * query, const VkPhysicalDeviceProperties * p)
{
  SgVkFeatures *features = &query->setup->features;
  VkPhysicalDeviceMemoryProperties memory;

  features->max_shared_bytes = p->limits.maxComputeSharedMemorySize;
  features->max_invocations = p->limits.maxComputeWorkGroupInvocations;
  features->max_storage_range = p->limits.maxStorageBufferRange;
  features->storage_align = MAX (p->limits.minStorageBufferOffsetAlignment, 16);
  features->software = p->deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
  features->unified_memory = TRUE;
  vkGetPhysicalDeviceMemoryProperties (query->physical, &memory);
  for (guint32 i = 0; i < memory.memoryHeapCount; i++)
    if (!(memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT))
      features->unified_memory = FALSE;
  if (features->software
      || p->deviceType == VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU)
    features->unified_memory = TRUE;
  features->memory_budget = offers (query, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  if (features->memory_budget)
    enable (query, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME, 0);
  features->external_memory_host =
      offers (query, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  if (features->external_memory_host)
    enable (query, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME, 0);
}

static void
query_queues (const Query * query, const VkPhysicalDeviceProperties * p)
{
  SgVkSetup *setup = query->setup;
  SgVkFeatures *features = &setup->features;
  gint compute = vk_physical_family (query->physical, VK_QUEUE_COMPUTE_BIT, 0,
      VK_QUEUE_GRAPHICS_BIT);
  /* Queues for video can copy as well, but that is not what they are for. */
  gint transfer = vk_physical_family (query->physical, VK_QUEUE_TRANSFER_BIT,
      VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT,
      ~(VkQueueFlags) (VK_QUEUE_TRANSFER_BIT | VK_QUEUE_SPARSE_BINDING_BIT));
  guint32 bits;

  setup->queue_family = (guint32) MAX (compute, 0);
  setup->transfer_family = transfer >= 0 ? (guint32) transfer
      : setup->queue_family;
  features->transfer_queue = transfer >= 0;
  bits = vk_physical_timestamp_bits (query->physical, setup->queue_family);
  features->timestamp_ns = bits ? p->limits.timestampPeriod : 0;
  features->timestamp_mask = bits >= 64 ? G_MAXUINT64
      : (G_GUINT64_CONSTANT (1) << bits) - 1;
}

gboolean
vk_setup_query (VkPhysicalDevice physical, SgVkSetup * setup, GError ** error)
{
  VkPhysicalDeviceProperties properties;
  Query query = { .physical = physical, .setup = setup };
  VkResult result;

  memset (setup, 0, sizeof *setup);
  vkGetPhysicalDeviceProperties (physical, &properties);
  query.api_version = properties.apiVersion;
  do {
    result = vkEnumerateDeviceExtensionProperties (physical, NULL,
        &query.n_extensions, NULL);
    if (result >= 0) {
      g_free (query.extensions);
      query.extensions = g_new0 (VkExtensionProperties, query.n_extensions + 1);
      result = vkEnumerateDeviceExtensionProperties (physical, NULL,
          &query.n_extensions, query.extensions);
    }
  } while (result == VK_INCOMPLETE);
  if (vk_check (NULL, result, "vkEnumerateDeviceExtensionProperties", error)) {
    query_f16 (&query);
    query_subgroup (&query);
    query_limits (&query, &properties);
    query_queues (&query, &properties);
    query_matrix (&query);
  }
  g_free (query.extensions);
  return result >= 0;
}

/* --- SG_VULKAN_DISABLE ------------------------------------------------------------ */

static gboolean
mask_one (SgVkFeatures * features, const gchar * word)
{
  if (g_str_equal (word, "storage-f16")) {
    features->storage_f16 = FALSE;
  } else if (g_str_equal (word, "arithmetic-f16")) {
    features->arithmetic_f16 = FALSE;
  } else if (g_str_equal (word, "matrix")) {
    features->matrix = VK_MATRIX_NONE;
  } else if (g_str_equal (word, "timestamps")) {
    features->timestamp_ns = 0;
  } else if (g_str_equal (word, "transfer-queue")) {
    features->transfer_queue = FALSE;
  } else if (g_str_equal (word, "subgroup")) {
    features->subgroup_arithmetic = FALSE;
    features->min_subgroup_size = features->max_subgroup_size = 0;
  } else if (g_str_equal (word, "subgroup-size")) {
    features->min_subgroup_size = features->max_subgroup_size = 0;
  } else if (g_str_equal (word, "budget")) {
    features->memory_budget = FALSE;
  } else if (g_str_equal (word, "host-pointer")) {
    features->external_memory_host = FALSE;
  } else {
    return *word == '\0';
  }
  return TRUE;
}

gboolean
vk_features_mask (SgVkFeatures * features, GError ** error)
{
  const gchar *text = g_getenv ("SG_VULKAN_DISABLE");
  g_auto (GStrv) words = g_strsplit_set (text ? text : "", ", ", -1);

  for (guint i = 0; words[i]; i++)
    if (!mask_one (features, words[i])) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "SG_VULKAN_DISABLE: \"%s\" is none of storage-f16, arithmetic-f16, "
          "matrix, timestamps, transfer-queue, subgroup, subgroup-size, budget, "
          "host-pointer", words[i]);
      return FALSE;
    }
  return TRUE;
}
