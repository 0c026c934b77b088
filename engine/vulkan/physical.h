/* gst-stylegan: physical devices and what is asked of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vulkan/vk.h"

G_BEGIN_DECLS

#define VK_MAX_EXTENSIONS 16

/* Everything that vkCreateDevice () needs: queue families, extensions, and the
 * features to turn on. Points into itself: never copied. */
typedef struct
{
  SgVkFeatures features;
  guint32 queue_family, transfer_family;
  const gchar *extensions[VK_MAX_EXTENSIONS];
  guint n_extensions;
  gpointer chain;               /* of the structures below that are in use */
  VkPhysicalDevice16BitStorageFeatures storage16;
  VkPhysicalDeviceShaderFloat16Int8Features float16;
  VkPhysicalDeviceSubgroupSizeControlFeatures subgroup;
  VkPhysicalDeviceVulkanMemoryModelFeatures memory_model;
  /* NV's; KHR's looks the same but for the sType. */
  VkPhysicalDeviceCooperativeMatrixFeaturesNV matrix;
} SgVkSetup;

/* What @physical offers of what the backend uses. */
gboolean vk_setup_query (VkPhysicalDevice physical, SgVkSetup * setup,
    GError ** error);
/* Takes away what SG_VULKAN_DISABLE says; SG_ERROR_INVALID_ARGUMENT for unknown
 * words. */
gboolean vk_features_mask (SgVkFeatures * features, GError ** error);

/* The family of queues that can all of @wanted, nothing of @forbidden, and the
 * least of @unwanted; -1: none. */
gint vk_physical_family (VkPhysicalDevice physical, VkQueueFlags wanted,
    VkQueueFlags forbidden, VkQueueFlags unwanted);
/* Timestamp bits of queue family @family. */
guint32 vk_physical_timestamp_bits (VkPhysicalDevice physical, guint32 family);
/* Name and version of the driver, for people. (transfer full) */
gchar *vk_physical_driver (VkPhysicalDevice physical);

/* "VK_ERROR_DEVICE_LOST" */
const gchar *vk_result_name (VkResult result);

G_END_DECLS
