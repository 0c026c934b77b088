/* gst-stylegan: stands where the Vulkan backend is not built
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/backend.h"

static gboolean
vk_open (SgDevice * device, const SgDeviceConfig * config, GError ** error)
{
  g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
      "this build has no Vulkan backend; use backend=cpu");
  return FALSE;
}

GPtrArray *
vk_device_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) sg_device_info_free);
}

const SgBackend sg_backend_vulkan = {
  .name = "vulkan",
  .id = SG_BACKEND_VULKAN,
  .device_size = sizeof (SgDevice),
  .open = vk_open,
};
